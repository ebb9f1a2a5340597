import QuireCore

/// OPT: learned positions, plain feed-forward layers; the model of 350 million parameters normalises sums, and embeds
/// tokens in fewer dimensions than its layers have.
///
/// GGUF knows no OPT. Source: Zhang et al., OPT: Open Pre-trained Transformer Language Models, 2022; weight names of
/// Hugging Face's `OPTForCausalLM`.
public struct OPTModel: ModelArchitecture {
    public static let names = ["OPTForCausalLM"]
    public static let dialect = ConfigurationDialect(defaults: ["tie_word_embeddings": .bool(true)])

    /// Rows of the table of positions before that of position 0.
    private static let positionOffset = 2
    private static let epsilon = 1e-5

    private var decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let width = common.hiddenSize
        let bias = try config.flag("enable_bias", default: true)
        let normalizesBefore = try config.flag("do_layer_norm_before", default: true)
        guard try config.flag("layer_norm_elementwise_affine", default: true) else {
            throw config.error("layer_norm_elementwise_affine", expected: "true")
        }
        let feedForwardSize = try config.positive("ffn_dim")
        let embeddingWidth = try config.positive("word_embed_proj_dim", default: width)
        let activation = try Activation(config, "activation_function", default: "relu")
        // The first files name their layers without a place for the model.
        let model =
            weights["decoder"]["embed_tokens"]["weight"].exists ? weights["decoder"] : weights["model"]["decoder"]
        func norm(_ place: WeightScope) throws -> LayerNorm {
            try LayerNorm(place, width: width, epsilon: Self.epsilon)
        }
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            return DecoderLayer(
                attention: try SelfAttention(
                    place["self_attn"], hiddenSize: width, shape: common.shape(), rotary: nil, bias: bias,
                    outputName: "out_proj"),
                feedForward: try MLP(
                    up: place["fc1"], down: place["fc2"], hiddenSize: width, intermediateSize: feedForwardSize,
                    bias: bias, activation: activation),
                attentionNorm: try norm(place["self_attn_layer_norm"]),
                feedForwardNorm: try norm(place["final_layer_norm"]),
                arrangement: normalizesBefore ? .sequential : .normalizedSums)
        }
        let hasNorm = try normalizesBefore && !config.flag("_remove_final_layer_norm", default: false)
        let embedding = try Embedding(model["embed_tokens"], count: common.vocabularySize, width: embeddingWidth)
        decoder = DecoderModel(
            embedding: embedding, layers: layers, norm: hasNorm ? try norm(model["final_layer_norm"]) : nil,
            head: try common.head(weights["lm_head"], embedding: embedding))
        decoder.positions = try PositionEmbedding(
            model["embed_positions"], count: config.positive("max_position_embeddings"), width: width,
            offset: Self.positionOffset)
        if embeddingWidth != width {
            decoder.inputProjection = try Linear(model["project_in"], inputs: embeddingWidth, outputs: width)
            decoder.outputProjection = try Linear(model["project_out"], inputs: width, outputs: embeddingWidth)
        }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
