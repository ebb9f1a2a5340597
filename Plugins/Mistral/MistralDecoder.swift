import QuireCore

/// What Mistral and Mixtral have in common: everything but the feed-forward layers.
struct MistralDecoder {
    private let common: DecoderConfiguration
    private let windows: SlidingWindow
    private let rotary: RotaryEmbedding
    private let epsilon: Double

    init(
        _ common: DecoderConfiguration, _ windows: SlidingWindow, defaultBase: Double, defaultEpsilon: Double
    ) throws {
        self.common = common
        self.windows = windows
        rotary = try common.rotary(base: defaultBase)
        epsilon = try common.epsilon(default: defaultEpsilon)
    }

    /// - Parameter feedForward: claims a layer's, in the layer's place.
    func model(
        _ weights: WeightScope, feedForward: (_ layer: WeightScope) throws -> any FeedForwardLayer
    ) throws -> DecoderModel {
        let (model, width) = (weights["model"], common.hiddenSize)
        let rotary = try rotary.divided(byFactorsAt: weights["rope_freqs"]["weight"])
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            return DecoderLayer(
                attention: try SelfAttention(
                    place["self_attn"], hiddenSize: width, shape: common.shape(window: windows[index]),
                    rotary: rotary),
                feedForward: try feedForward(place),
                attentionNorm: try RMSNorm(place["input_layernorm"], width: width, epsilon: epsilon),
                feedForwardNorm: try RMSNorm(place["post_attention_layernorm"], width: width, epsilon: epsilon))
        }
        let embedding = try common.embedding(model["embed_tokens"])
        return DecoderModel(
            embedding: embedding, layers: layers,
            norm: try RMSNorm(model["norm"], width: width, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding))
    }
}
