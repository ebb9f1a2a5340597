import QuireCore

/// What Qwen2 and Qwen3 have in common.
struct QwenDecoder {
    let common: DecoderConfiguration
    let activation: Activation
    private let windows: SlidingWindow
    private let rotary: RotaryEmbedding
    private let epsilon: Double
    /// Biases on queries, keys and values, and on what comes out of attention.
    private let biases: (inputs: Bool, output: Bool)
    /// Whether queries and keys are normalised, head by head.
    private let normalizesHeads: Bool

    /// - Parameter firstWindowed: the first layer with a window, where windows are used.
    init(
        _ config: ModelConfiguration, biases: (inputs: Bool, output: Bool), normalizesHeads: Bool, firstWindowed: Int
    ) throws {
        common = try DecoderConfiguration(config)
        activation = try Activation(config, "hidden_act", default: "silu")
        windows = try SlidingWindow(
            config, layers: common.layerCount, isUsed: config.flag("use_sliding_window", default: false)
        ) { $0 >= firstWindowed }
        rotary = try common.rotary()
        epsilon = try common.epsilon(default: 1e-6)
        self.biases = biases
        self.normalizesHeads = normalizesHeads
    }

    /// - Parameter feedForward: claims a layer's, in the layer's place.
    func model(
        _ weights: WeightScope, feedForward: (_ layer: WeightScope, _ index: Int) throws -> any FeedForwardLayer
    ) throws -> DecoderModel {
        let (model, width) = (weights["model"], common.hiddenSize)
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            return DecoderLayer(
                attention: try attention(place["self_attn"], index), feedForward: try feedForward(place, index),
                attentionNorm: try RMSNorm(place["input_layernorm"], width: width, epsilon: epsilon),
                feedForwardNorm: try RMSNorm(place["post_attention_layernorm"], width: width, epsilon: epsilon))
        }
        let embedding = try common.embedding(model["embed_tokens"])
        return DecoderModel(
            embedding: embedding, layers: layers,
            norm: try RMSNorm(model["norm"], width: width, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding))
    }

    private func attention(_ place: WeightScope, _ index: Int) throws -> SelfAttention {
        var attention = try SelfAttention(
            place, hiddenSize: common.hiddenSize, shape: common.shape(window: windows[index]), rotary: rotary,
            bias: biases.inputs, outputBias: biases.output)
        if normalizesHeads {
            attention.queryNorm = try RMSNorm(place["q_norm"], width: common.headDim, epsilon: epsilon)
            attention.keyNorm = try RMSNorm(place["k_norm"], width: common.headDim, epsilon: epsilon)
        }
        return attention
    }
}
