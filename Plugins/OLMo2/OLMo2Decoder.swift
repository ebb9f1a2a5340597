import QuireCore

/// What OLMo 2 and OLMo 3 have in common: results are normalised instead of inputs, and whole queries and keys.
struct OLMo2Decoder {
    private let common: DecoderConfiguration
    private let epsilon: Double

    static let ggufLayerTensors = [
        "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
        "post_attention_norm": "post_attention_layernorm", "post_ffw_norm": "post_feedforward_layernorm",
    ]

    init(_ common: DecoderConfiguration) throws {
        self.common = common
        epsilon = try common.epsilon(default: 1e-5)
    }

    /// - Parameter attention: the attention of a layer, and how it rotates.
    func model(
        _ weights: WeightScope, attention: (_ index: Int) throws -> (shape: AttentionShape, rotary: RotaryEmbedding)
    ) throws -> DecoderModel {
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let (shape, rotary) = try attention(index)
            return try layer(model["layers"][index], shape, rotary)
        }
        let embedding = try common.embedding(model["embed_tokens"])
        return DecoderModel(
            embedding: embedding, layers: layers, norm: try norm(model["norm"], common.hiddenSize),
            head: try common.head(weights["lm_head"], embedding: embedding))
    }

    private func layer(_ place: WeightScope, _ shape: AttentionShape, _ rotary: RotaryEmbedding) throws -> DecoderLayer
    {
        let config = common.config
        var attention = try SelfAttention(
            place["self_attn"], hiddenSize: common.hiddenSize, shape: shape, rotary: rotary,
            bias: config.flag("attention_bias", default: false))
        attention.queryNorm = try norm(place["self_attn"]["q_norm"], shape.queryWidth)
        attention.keyNorm = try norm(place["self_attn"]["k_norm"], shape.keyWidth)
        var layer = DecoderLayer(
            attention: attention,
            feedForward: try GatedMLP(
                place["mlp"], hiddenSize: common.hiddenSize, intermediateSize: config.positive("intermediate_size"),
                activation: Activation(config, "hidden_act", default: "silu")))
        layer.attentionResultNorm = try norm(place["post_attention_layernorm"], common.hiddenSize)
        layer.feedForwardResultNorm = try norm(place["post_feedforward_layernorm"], common.hiddenSize)
        return layer
    }

    private func norm(_ place: WeightScope, _ width: Int) throws -> RMSNorm {
        try RMSNorm(place, width: width, epsilon: epsilon)
    }
}
