import QuireCore

/// StarCoder2: rotary attention with a window, norms with mean and bias, plain feed-forward layers.
///
/// Source: Lozhkov et al., StarCoder 2 and The Stack v2, 2024; weight names of Hugging Face's `Starcoder2ForCausalLM`.
public struct StarCoder2Model: ModelArchitecture {
    public static let names = ["Starcoder2ForCausalLM"]
    public static let dialect = ConfigurationDialect(defaults: ["tie_word_embeddings": .bool(true)])

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "starcoder2",
        fields: ["attention.layer_norm_epsilon": "norm_epsilon", "attention.sliding_window": "sliding_window"],
        layerTensors: ["ffn_up": "mlp.c_fc", "ffn_down": "mlp.c_proj"],
        flags: ["use_bias": "blk.0.attn_q.bias"])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let width = common.hiddenSize
        let epsilon = try common.epsilon("norm_epsilon", default: 1e-5)
        let rotary = try common.rotary()
        let bias = try config.flag("use_bias", default: true)
        let windows = try SlidingWindow(config, layers: common.layerCount)
        let intermediateSize = try config.positive("intermediate_size")
        let activation = try Activation(config, "hidden_act", default: "gelu_pytorch_tanh")
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            return DecoderLayer(
                attention: try SelfAttention(
                    place["self_attn"], hiddenSize: width, shape: common.shape(window: windows[index]),
                    rotary: rotary, bias: bias),
                feedForward: try MLP(
                    up: place["mlp"]["c_fc"], down: place["mlp"]["c_proj"], hiddenSize: width,
                    intermediateSize: intermediateSize, bias: bias, activation: activation),
                attentionNorm: try LayerNorm(place["input_layernorm"], width: width, epsilon: epsilon),
                feedForwardNorm: try LayerNorm(place["post_attention_layernorm"], width: width, epsilon: epsilon))
        }
        let embedding = try common.embedding(model["embed_tokens"])
        decoder = DecoderModel(
            embedding: embedding, layers: layers, norm: try LayerNorm(model["norm"], width: width, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding))
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
