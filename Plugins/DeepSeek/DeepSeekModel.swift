import QuireCore
import QuireJSON

/// DeepSeek-V2 and -V3: latent attention, and mixtures of experts with some that every token goes through.
///
/// Source: DeepSeek-AI, DeepSeek-V2, 2024, and DeepSeek-V3 Technical Report, 2024; weight names of Hugging Face's
/// `DeepseekV2ForCausalLM` and `DeepseekV3ForCausalLM`.
public struct DeepSeekModel: ModelArchitecture {
    public static let names = ["DeepseekV2ForCausalLM", "DeepseekV3ForCausalLM"]
    public static let dialect = ConfigurationDialect(defaults: ["rope_layout": .string("interleaved")])

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "deepseek2",
        fields: [
            "leading_dense_block_count": "first_k_dense_replace", "attention.q_lora_rank": "q_lora_rank",
            "attention.kv_lora_rank": "kv_lora_rank", "attention.key_length_mla": "qk_head_dim",
            "attention.value_length_mla": "v_head_dim", "rope.dimension_count": "qk_rope_head_dim",
            "expert_count": "n_routed_experts", "expert_used_count": "num_experts_per_tok",
            "expert_shared_count": "n_shared_experts", "expert_feed_forward_length": "moe_intermediate_size",
            "expert_weights_scale": "routed_scaling_factor", "expert_weights_norm": "norm_topk_prob",
            "expert_gating_func": "gating_function", "expert_group_count": "n_group",
            "expert_group_used_count": "topk_group",
        ],
        layerTensors: [
            "attn_q_a": "self_attn.q_a_proj", "attn_q_a_norm": "self_attn.q_a_layernorm",
            "attn_q_b": "self_attn.q_b_proj", "attn_kv_a_mqa": "self_attn.kv_a_proj_with_mqa",
            "attn_kv_a_norm": "self_attn.kv_a_layernorm", "attn_kv_b": "self_attn.kv_b_proj",
            "attn_k_b": "self_attn.k_b_proj", "attn_v_b": "self_attn.v_b_proj", "ffn_gate_inp": "mlp.gate",
            "exp_probs_b": "mlp.gate.e_score_correction", "ffn_gate_exps": "mlp.experts.gate_proj",
            "ffn_up_exps": "mlp.experts.up_proj", "ffn_down_exps": "mlp.experts.down_proj",
            "ffn_gate_shexp": "mlp.shared_experts.gate_proj", "ffn_up_shexp": "mlp.shared_experts.up_proj",
            "ffn_down_shexp": "mlp.shared_experts.down_proj",
        ],
        constants: ["rope_layout": .string("interleaved")])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config, kvHeads: config.positive("num_attention_heads"))
        let width = common.hiddenSize
        let epsilon = try common.epsilon(default: 1e-6)
        let isThird = try Self.isThird(config)
        let sizes = try LatentSizes(config)
        let parameters = try RotaryParameters(config)
        let rotary = try RotaryEmbedding(parameters, dimensions: sizes.rotated)
        let scale = try Self.scale(parameters, sizes)
        let bias = try config.flag("attention_bias", default: false)
        let activation = try Activation(config, "hidden_act", default: "silu")
        let routing = try DeepSeekRouting(config, isThird: isThird)
        let denseLayers = try config.count("first_k_dense_replace", default: 0)
        let model = weights["model"]
        let layers = try (0..<common.layerCount).map { index in
            let place = model["layers"][index]
            return DecoderLayer(
                attention: try LatentAttention(
                    place["self_attn"], common, sizes, rotary: rotary, scale: scale, bias: bias),
                feedForward: index < denseLayers
                    ? try GatedMLP(
                        place["mlp"], hiddenSize: width, intermediateSize: config.positive("intermediate_size"),
                        activation: activation)
                    : try Self.experts(place["mlp"], config, routing, hiddenSize: width, activation),
                attentionNorm: try RMSNorm(place["input_layernorm"], width: width, epsilon: epsilon),
                feedForwardNorm: try RMSNorm(place["post_attention_layernorm"], width: width, epsilon: epsilon))
        }
        let embedding = try common.embedding(model["embed_tokens"])
        decoder = DecoderModel(
            embedding: embedding, layers: layers, norm: try RMSNorm(model["norm"], width: width, epsilon: epsilon),
            head: try common.head(weights["lm_head"], embedding: embedding))
        // A further layer that guesses the token after the next one, for speculation.
        weights.ignore(prefix: model["layers"][common.layerCount].path + ".")
    }

    /// V3 scores experts one by one; GGUF files say so by a number.
    private static func isThird(_ config: ModelConfiguration) throws -> Bool {
        if config.values["gating_function"] ?? .null != .null { return try config.positive("gating_function") == 2 }
        return try config.architectures.contains("DeepseekV3ForCausalLM")
    }

    /// Scores grow with a stretched context.
    private static func scale(_ parameters: RotaryParameters, _ sizes: LatentSizes) throws -> Float {
        let plain = 1 / Double(sizes.head).squareRoot()
        guard let yarn = try parameters.yarn else { return Float(plain) }
        let strength = try yarn.scaling.number("mscale_all_dim", default: 0)
        let growth = strength == 0 ? 1 : RotaryEmbedding.yarnScale(yarn.factor, strength)
        return Float(plain * growth * growth)
    }

    private static func experts(
        _ place: WeightScope, _ config: ModelConfiguration, _ routing: DeepSeekRouting, hiddenSize: Int,
        _ activation: Activation
    ) throws -> MixtureOfExperts {
        let size = try config.positive("moe_intermediate_size")
        var router = try ExpertRouter(
            place["gate"], hiddenSize: hiddenSize, experts: routing.counts.experts,
            expertsPerToken: routing.counts.perToken, scoring: routing.scoring)
        router.normalizes = routing.normalizes
        router.scale = routing.scale
        router.groups = routing.groups
        if routing.hasCorrection { router.correction = try correction(place["gate"], routing.counts.experts) }
        var mixture = MixtureOfExperts(
            router: router,
            experts: try MixtureOfExperts.gatedExperts(
                place["experts"], count: routing.counts.experts, hiddenSize: hiddenSize, intermediateSize: size,
                activation: activation))
        let shared = try config.count("n_shared_experts", default: 0)
        if shared > 0 {
            mixture.shared = try GatedMLP(
                place["shared_experts"], hiddenSize: hiddenSize, intermediateSize: shared * size,
                activation: activation)
        }
        return mixture
    }

    /// Called `e_score_correction_bias`, or in GGUF files the bias of something of its own.
    private static func correction(_ gate: WeightScope, _ experts: Int) throws -> WeightVector {
        let place = gate["e_score_correction"]["bias"]
        return try (place.exists ? place : gate["e_score_correction_bias"]).vector(count: experts)
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
