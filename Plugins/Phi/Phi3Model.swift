import QuireCore

/// Phi-3, Phi-3.5 and Phi-4: LLaMA with fused projections, and frequencies of their own for long texts.
///
/// Source: Abdin et al., Phi-3 Technical Report, 2024; weight names of Hugging Face's `Phi3ForCausalLM`.
public struct Phi3Model: ModelArchitecture {
    public static let names = ["Phi3ForCausalLM"]

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "phi3",
        fields: [
            "attention.sliding_window": "sliding_window",
            "rope.scaling.original_context_length": "original_max_position_embeddings",
        ],
        layerTensors: ["attn_qkv": "self_attn.qkv_proj", "ffn_up": "mlp.gate_up_proj"])

    public let lengthThresholds: [Int]
    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let width = common.hiddenSize
        let epsilon = try common.epsilon(default: 1e-5)
        let parameters = try RotaryParameters(config)
        let rotary = try RotaryEmbedding(parameters, dimensions: parameters.dimensions(ofHead: common.headDim))
        lengthThresholds = rotary.lengthThresholds
        let windows = try SlidingWindow(config, layers: common.layerCount)
        let intermediateSize = try config.positive("intermediate_size")
        let activation = try Activation(config, "hidden_act", default: "silu")
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            let attention = place["self_attn"]
            let shape = common.shape(window: windows[index])
            return DecoderLayer(
                attention: try SelfAttention(
                    fused: attention["qkv_proj"], order: .stacked, output: attention["o_proj"], hiddenSize: width,
                    shape: shape,
                    rotary: rotary, bias: false),
                feedForward: try GatedMLP(
                    place["mlp"], hiddenSize: width, intermediateSize: intermediateSize, activation: activation,
                    names: GatedMLP.Names(gate: nil, up: "gate_up_proj")),
                attentionNorm: try RMSNorm(place["input_layernorm"], width: width, epsilon: epsilon),
                feedForwardNorm: try RMSNorm(place["post_attention_layernorm"], width: width, epsilon: epsilon))
        }
        let embedding = try common.embedding(model["embed_tokens"])
        decoder = DecoderModel(
            embedding: embedding, layers: layers,
            norm: try RMSNorm(model["norm"], width: width, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding))
        // GGUF files keep them among the weights; they are read with the configuration.
        for name in ["rope_factors_long.weight", "rope_factors_short.weight"] { weights.ignore(suffix: name) }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
