import QuireCore
import QuireJSON

/// What all Gemmas have in common: scaled embeddings, norms that store their distance from one, GELU gates.
struct GemmaDecoder {
    let common: DecoderConfiguration
    private let intermediateSize: Int
    private let epsilon: Double
    /// Added to the weights of norms: 1, but in GGUF files, which hold the sum.
    private let normOffset: Float

    /// What GGUF files of all Gemmas take for granted.
    static let constants: JSONMembers = ["norm_offset": .int(0)]
    static let dialect = ConfigurationDialect(defaults: ["tie_word_embeddings": .bool(true)])

    init(_ config: ModelConfiguration) throws {
        common = try DecoderConfiguration(config)
        intermediateSize = try config.positive("intermediate_size")
        epsilon = try common.epsilon(default: 1e-6)
        normOffset = Float(try config.number("norm_offset", default: 1))
        // The first files say `gelu` and mean the form with tanh.
        for field in ["hidden_activation", "hidden_act"] {
            _ = try Activation(config, field, default: "gelu", accepting: [.gelu, .geluTanh])
        }
    }

    func norm(_ place: WeightScope, width: Int? = nil) throws -> RMSNorm {
        try RMSNorm(place, width: width ?? common.hiddenSize, epsilon: epsilon, offset: normOffset)
    }

    func attention(_ place: WeightScope, shape: AttentionShape, rotary: RotaryEmbedding) throws -> SelfAttention {
        try SelfAttention(
            place, hiddenSize: common.hiddenSize, shape: shape, rotary: rotary,
            bias: common.config.flag("attention_bias", default: false))
    }

    func feedForward(_ place: WeightScope) throws -> GatedMLP {
        try GatedMLP(
            place, hiddenSize: common.hiddenSize, intermediateSize: intermediateSize, activation: .geluTanh)
    }

    /// A layer with norms before and after both of its parts.
    func layer(_ place: WeightScope, attention: SelfAttention) throws -> DecoderLayer {
        var layer = DecoderLayer(
            attention: attention, feedForward: try feedForward(place["mlp"]),
            attentionNorm: try norm(place["input_layernorm"]),
            feedForwardNorm: try norm(place["pre_feedforward_layernorm"]))
        layer.attentionResultNorm = try norm(place["post_attention_layernorm"])
        layer.feedForwardResultNorm = try norm(place["post_feedforward_layernorm"])
        return layer
    }

    func model(_ weights: WeightScope, layer: (_ place: WeightScope, _ index: Int) throws -> DecoderLayer) throws
        -> DecoderModel
    {
        let place = weights["model"]
        let embedding = try common.embedding(place["embed_tokens"])
        var model = DecoderModel(
            embedding: embedding, layers: try (0..<common.layerCount).map { try layer(place["layers"][$0], $0) },
            norm: try norm(place["norm"]), head: try common.head(weights["lm_head"], embedding: embedding))
        model.embeddingScale = Float(common.hiddenSize).squareRoot()
        model.logitSoftCap = try common.config.softCap("final_logit_softcapping")
        return model
    }

    /// What scores are multiplied by in Gemma 2 and 3.
    ///
    /// - Parameter largest: layers of the largest model, whose GGUF files do not say that it is the exception.
    func scale(largest: Int) throws -> Float {
        let fallback = common.layerCount == largest ? common.hiddenSize / common.queryHeads : common.headDim
        let field = "query_pre_attn_scalar"
        let scalar = try common.config.number(field, default: Double(fallback))
        guard scalar > 0 else { throw common.config.error(field, expected: "a number above 0") }
        return Float(1 / scalar.squareRoot())
    }
}
