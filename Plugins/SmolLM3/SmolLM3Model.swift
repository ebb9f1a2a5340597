import QuireCore

/// SmolLM3: LLaMA of which every fourth layer knows no positions.
///
/// Source: Yang et al., Rope to Nope and Back Again, 2025; weight names of Hugging Face's `SmolLM3ForCausalLM`.
public struct SmolLM3Model: ModelArchitecture {
    public static let names = ["SmolLM3ForCausalLM"]
    public static let dialect = ConfigurationDialect(defaults: ["tie_word_embeddings": .bool(true)])

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "smollm3", constants: ["rope_layout": .string("interleaved")],
        flags: ["attention_bias": "blk.0.attn_q.bias", "mlp_bias": "blk.0.ffn_gate.bias"],
        rotatedRows: ["attn_q": "num_attention_heads", "attn_k": "num_key_value_heads"])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let width = common.hiddenSize
        let epsilon = try common.epsilon(default: 1e-6)
        let rotary = try common.rotary(base: 2e6)
        let attentionBias = try config.flag("attention_bias", default: false)
        let feedForwardBias = try config.flag("mlp_bias", default: false)
        let rotates = try Self.rotatedLayers(common)
        let windows = try SlidingWindow(
            config, layers: common.layerCount, isUsed: config.flag("use_sliding_window", default: false)
        ) { !rotates[$0] }
        let intermediateSize = try config.positive("intermediate_size")
        let activation = try Activation(config, "hidden_act", default: "silu")
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            return DecoderLayer(
                attention: try SelfAttention(
                    place["self_attn"], hiddenSize: width, shape: common.shape(window: windows[index]),
                    rotary: rotates[index] ? rotary : nil, bias: attentionBias),
                feedForward: try GatedMLP(
                    place["mlp"], hiddenSize: width, intermediateSize: intermediateSize, bias: feedForwardBias,
                    activation: activation),
                attentionNorm: try RMSNorm(place["input_layernorm"], width: width, epsilon: epsilon),
                feedForwardNorm: try RMSNorm(place["post_attention_layernorm"], width: width, epsilon: epsilon))
        }
        let embedding = try common.embedding(model["embed_tokens"])
        decoder = DecoderModel(
            embedding: embedding, layers: layers, norm: try RMSNorm(model["norm"], width: width, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding))
    }

    /// Whether each layer rotates: a list with a 1 where it does, or a period whose last layer does not.
    private static func rotatedLayers(_ common: DecoderConfiguration) throws -> [Bool] {
        let listed = try common.config.counts("no_rope_layers")
        if listed.isEmpty {
            let period = try common.config.positive("no_rope_layer_interval", default: 4)
            return (0..<common.layerCount).map { ($0 + 1) % period != 0 }
        }
        guard listed.count == common.layerCount else {
            throw common.config.error("no_rope_layers", expected: "\(common.layerCount) numbers, one for each layer")
        }
        return listed.map { $0 != 0 }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
