import QuireCore

/// gpt-oss: experts with 4-bit weights, sinks in attention, and windows in every other layer.
///
/// Source: OpenAI, gpt-oss-120b & gpt-oss-20b Model Card, 2025; weight names of Hugging Face's `GptOssForCausalLM`.
public struct GPTOSSModel: ModelArchitecture {
    public static let names = ["GptOssForCausalLM"]
    /// Copies in bf16 keep the experts' inputs first.
    public static let transposedWeights = ["experts.gate_up_proj", "experts.down_proj"]
    public static let dialect = ConfigurationDialect(names: ["num_local_experts": "num_experts"])

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "gpt-oss",
        fields: [
            "attention.sliding_window": "sliding_window", "expert_count": "num_local_experts",
            "expert_used_count": "num_experts_per_tok", "expert_feed_forward_length": "intermediate_size",
            "swiglu_clamp_exp": "swiglu_limit",
        ],
        layerTensors: [
            "attn_sinks": "self_attn.sinks", "post_attention_norm": "post_attention_layernorm",
            "ffn_gate_inp": "mlp.router", "ffn_gate_exps": "mlp.experts.gate_proj",
            "ffn_up_exps": "mlp.experts.up_proj", "ffn_down_exps": "mlp.experts.down_proj",
        ],
        // What llama.cpp takes for granted.
        constants: ["rope_truncate": .bool(false)])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let width = common.hiddenSize
        let epsilon = try common.epsilon(default: 1e-5)
        let rotary = try common.rotary(base: 150_000)
        let windows = try SlidingWindow(config, layers: common.layerCount) { $0 % 2 == 0 }
        let bias = try config.flag("attention_bias", default: true)
        let experts = try GPTOSSExperts(config, hiddenSize: width)
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            var shape = common.shape(window: windows[index])
            let sinks = place["self_attn"]["sinks"]
            // GGUF files add a suffix.
            shape.sinks = try (sinks.exists ? sinks : sinks["weight"]).vector(count: common.queryHeads).values
            return DecoderLayer(
                attention: try SelfAttention(
                    place["self_attn"], hiddenSize: width, shape: shape, rotary: rotary, bias: bias),
                feedForward: try experts.mixture(place["mlp"]),
                attentionNorm: try RMSNorm(place["input_layernorm"], width: width, epsilon: epsilon),
                feedForwardNorm: try RMSNorm(place["post_attention_layernorm"], width: width, epsilon: epsilon))
        }
        let embedding = try common.embedding(model["embed_tokens"])
        decoder = DecoderModel(
            embedding: embedding, layers: layers, norm: try RMSNorm(model["norm"], width: width, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding))
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
