/// What the configuration of nearly every decoder says, checked.
public struct DecoderConfiguration: Sendable {
    public let config: ModelConfiguration
    public let vocabularySize: Int
    public let hiddenSize: Int
    public let layerCount: Int
    public let queryHeads: Int
    public let kvHeads: Int
    public let headDim: Int
    public let tiesEmbedding: Bool

    /// - Parameter kvHeads: where the family does not read `num_key_value_heads`.
    /// - Throws: `ConfigurationError` that names the field.
    public init(_ config: ModelConfiguration, kvHeads fixedKVHeads: Int? = nil) throws(ConfigurationError) {
        self.config = config
        vocabularySize = try config.positive("vocab_size")
        hiddenSize = try config.positive("hidden_size")
        layerCount = try config.positive("num_hidden_layers")
        queryHeads = try config.positive("num_attention_heads")
        if let fixedKVHeads {
            kvHeads = fixedKVHeads
        } else {
            kvHeads = try config.positive("num_key_value_heads", default: queryHeads)
        }
        guard queryHeads % kvHeads == 0 else {
            throw config.error(
                "num_key_value_heads",
                expected: "a divisor of \(config.name(of: "num_attention_heads")) (\(queryHeads))")
        }
        if config.values["head_dim"] ?? .null == .null, hiddenSize % queryHeads != 0 {
            throw config.error(
                "num_attention_heads", expected: "a divisor of \(config.name(of: "hidden_size")) (\(hiddenSize))")
        }
        headDim = try config.positive("head_dim", default: hiddenSize / queryHeads)
        tiesEmbedding = try config.flag("tie_word_embeddings", default: false)
    }

    /// The attention of a layer.
    public func shape(scale: Float? = nil, window: Int? = nil, softCap: Float? = nil) -> AttentionShape {
        AttentionShape(
            queryHeads: queryHeads, kvHeads: kvHeads, headDim: headDim, scale: scale, window: window, softCap: softCap)
    }

    /// The rotation of queries and keys.
    ///
    /// - Parameter base: where the file has no `rope_theta`.
    public func rotary(base: Double = 10_000) throws(ConfigurationError) -> RotaryEmbedding {
        let parameters = try RotaryParameters(config, base: base)
        return try RotaryEmbedding(parameters, dimensions: parameters.dimensions(ofHead: headDim))
    }

    /// The size added to variances before their roots are taken.
    public func epsilon(_ field: String = "rms_norm_eps", default fallback: Double) throws(ConfigurationError) -> Double
    {
        let epsilon = try config.number(field, default: fallback)
        guard epsilon >= 0 else { throw config.error(field, expected: "a number of at least 0") }
        return epsilon
    }

    /// Claims the embedding at `place`.
    public func embedding(_ place: WeightScope) throws -> Embedding {
        try Embedding(place, count: vocabularySize, width: hiddenSize)
    }

    /// Claims the projection onto the vocabulary, which may be the embedding; then a copy in the file is let go.
    public func head(_ weights: WeightScope, embedding: Embedding, bias: Bool = false) throws -> Linear {
        if tiesEmbedding { weights.ignore(suffix: weights["weight"].path) }
        return try Linear(
            vocabularyHead: weights, inputs: embedding.width, outputs: vocabularySize,
            tied: tiesEmbedding ? embedding : nil, bias: bias)
    }
}
