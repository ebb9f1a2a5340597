import QuireCore

/// OLMo 2: LLaMA that normalises results instead of inputs, and whole queries and keys.
///
/// Source: Team OLMo, 2 OLMo 2 Furious, 2024; weight names of Hugging Face's `Olmo2ForCausalLM`.
public struct OLMo2Model: ModelArchitecture {
    public static let names = ["Olmo2ForCausalLM"]

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "olmo2",
        layerTensors: [
            "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
            "post_attention_norm": "post_attention_layernorm", "post_ffw_norm": "post_feedforward_layernorm",
        ])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let epsilon = try common.epsilon(default: 1e-5)
        let shape = common.shape()
        let rotary = try common.rotary()
        let bias = try config.flag("attention_bias", default: false)
        let intermediateSize = try config.positive("intermediate_size")
        let activation = try Activation(config, "hidden_act", default: "silu")
        func norm(_ place: WeightScope, _ width: Int) throws -> RMSNorm {
            try RMSNorm(place, width: width, epsilon: epsilon)
        }
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            var attention = try SelfAttention(
                place["self_attn"], hiddenSize: common.hiddenSize, shape: shape, rotary: rotary, bias: bias)
            attention.queryNorm = try norm(place["self_attn"]["q_norm"], shape.queryWidth)
            attention.keyNorm = try norm(place["self_attn"]["k_norm"], shape.keyWidth)
            var layer = DecoderLayer(
                attention: attention,
                feedForward: try GatedMLP(
                    place["mlp"], hiddenSize: common.hiddenSize, intermediateSize: intermediateSize,
                    activation: activation))
            layer.attentionResultNorm = try norm(place["post_attention_layernorm"], common.hiddenSize)
            layer.feedForwardResultNorm = try norm(place["post_feedforward_layernorm"], common.hiddenSize)
            return layer
        }
        let embedding = try common.embedding(model["embed_tokens"])
        decoder = DecoderModel(
            embedding: embedding, layers: layers, norm: try norm(model["norm"], common.hiddenSize),
            head: try common.head(weights["lm_head"], embedding: embedding))
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
