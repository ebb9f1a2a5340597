import QuireCore

/// Command R7B and Command A: Command R with windows in three of four layers; the others know no positions.
///
/// Weight names of Hugging Face's `Cohere2ForCausalLM`.
public struct Cohere2Model: ModelArchitecture {
    public static let names = ["Cohere2ForCausalLM"]

    public static let dialect = ConfigurationDialect(
        names: ["sliding_window_pattern": "_sliding_window_pattern"],
        defaults: ["tie_word_embeddings": .bool(true), "rope_layout": .string("interleaved")])

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "cohere2",
        fields: [
            "attention.layer_norm_epsilon": "layer_norm_eps", "logit_scale": "logit_scale",
            "attention.sliding_window": "sliding_window",
        ],
        constants: ["rope_layout": .string("interleaved")], flags: ["attention_bias": "blk.0.attn_q.bias"])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let width = common.hiddenSize
        let epsilon = try common.epsilon("layer_norm_eps", default: 1e-5)
        let rotary = try common.rotary()
        let bias = try config.flag("attention_bias", default: false)
        let period = try config.positive("sliding_window_pattern", default: 4)
        let windows = try SlidingWindow(config, layers: common.layerCount) { ($0 + 1) % period != 0 }
        let intermediateSize = try config.positive("intermediate_size")
        let activation = try Activation(config, "hidden_act", default: "silu")
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            return DecoderLayer(
                attention: try SelfAttention(
                    place["self_attn"], hiddenSize: width, shape: common.shape(window: windows[index]),
                    rotary: windows[index] == nil ? nil : rotary, bias: bias),
                feedForward: try GatedMLP(
                    place["mlp"], hiddenSize: width, intermediateSize: intermediateSize, activation: activation),
                attentionNorm: try LayerNorm(place["input_layernorm"], width: width, epsilon: epsilon, bias: false),
                arrangement: .parallel)
        }
        let embedding = try common.embedding(model["embed_tokens"])
        var decoder = DecoderModel(
            embedding: embedding, layers: layers,
            norm: try LayerNorm(model["norm"], width: width, epsilon: epsilon, bias: false),
            head: try common.head(weights["lm_head"], embedding: embedding))
        decoder.logitScale = Float(try config.number("logit_scale", default: 0.0625))
        self.decoder = decoder
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
