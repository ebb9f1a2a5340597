import QuireCore

/// Qwen3-MoE: Qwen3 whose feed-forward layers, or some of them, are mixtures of experts.
///
/// Source: Qwen Team, Qwen3 Technical Report, 2025; weight names of Hugging Face's `Qwen3MoeForCausalLM`.
public struct Qwen3MoEModel: ModelArchitecture {
    public static let names = ["Qwen3MoeForCausalLM"]
    public static let dialect = ConfigurationDialect(names: ["num_local_experts": "num_experts"])

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "qwen3moe",
        fields: [
            "expert_count": "num_local_experts", "expert_used_count": "num_experts_per_tok",
            "expert_feed_forward_length": "moe_intermediate_size",
        ],
        layerTensors: [
            "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm", "ffn_gate_inp": "mlp.gate",
            "ffn_gate_exps": "mlp.experts.gate_proj", "ffn_up_exps": "mlp.experts.up_proj",
            "ffn_down_exps": "mlp.experts.down_proj",
        ],
        // What llama.cpp takes for granted.
        constants: ["norm_topk_prob": .bool(true)])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let bias = try config.flag("attention_bias", default: false)
        let qwen = try QwenDecoder(
            config, biases: (inputs: bias, output: bias), normalizesHeads: true, firstWindowed: 0)
        let width = qwen.common.hiddenSize
        let counts = try MixtureOfExperts.counts(config, experts: "num_local_experts", perToken: "num_experts_per_tok")
        let expertSize = try config.positive("moe_intermediate_size")
        let normalizes = try config.flag("norm_topk_prob", default: false)
        let period = try config.positive("decoder_sparse_step", default: 1)
        let plain = try config.counts("mlp_only_layers")
        decoder = try qwen.model(weights) { layer, index in
            let place = layer["mlp"]
            guard !plain.contains(index), (index + 1) % period == 0 else {
                return try GatedMLP(
                    place, hiddenSize: width, intermediateSize: config.positive("intermediate_size"),
                    activation: qwen.activation)
            }
            var router = try ExpertRouter(
                place["gate"], hiddenSize: width, experts: counts.experts, expertsPerToken: counts.perToken,
                scoring: .softmax)
            router.normalizes = normalizes
            return MixtureOfExperts(
                router: router,
                experts: try MixtureOfExperts.gatedExperts(
                    place["experts"], count: counts.experts, hiddenSize: width, intermediateSize: expertSize,
                    activation: qwen.activation))
        }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
