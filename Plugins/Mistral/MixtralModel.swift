import QuireCore

/// Mixtral: Mistral whose feed-forward layers are mixtures of experts.
///
/// Source: Jiang et al., Mixtral of Experts, 2024; weight names of Hugging Face's `MixtralForCausalLM`.
public struct MixtralModel: ModelArchitecture {
    public static let names = ["MixtralForCausalLM"]

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "llama", marker: "expert_count",
        fields: [
            "expert_count": "num_local_experts", "expert_used_count": "num_experts_per_tok",
            "attention.sliding_window": "sliding_window",
        ],
        tensors: ["rope_freqs": "rope_freqs"],
        layerTensors: [
            "ffn_gate_inp": "block_sparse_moe.gate", "ffn_gate_exps": "block_sparse_moe.experts.gate_proj",
            "ffn_up_exps": "block_sparse_moe.experts.up_proj", "ffn_down_exps": "block_sparse_moe.experts.down_proj",
        ],
        constants: ["rope_layout": .string("interleaved")],
        rotatedRows: ["attn_q": "num_attention_heads", "attn_k": "num_key_value_heads"])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let windows = try SlidingWindow(config, layers: common.layerCount)
        let intermediateSize = try config.positive("intermediate_size")
        let activation = try Activation(config, "hidden_act", default: "silu")
        let counts = try MixtureOfExperts.counts(config, experts: "num_local_experts", perToken: "num_experts_per_tok")
        let shared = try MistralDecoder(common, windows, defaultBase: 1e6, defaultEpsilon: 1e-5)
        decoder = try shared.model(weights) { layer in
            let place = layer["block_sparse_moe"]
            return MixtureOfExperts(
                router: try ExpertRouter(
                    place["gate"], hiddenSize: common.hiddenSize, experts: counts.experts,
                    // A distribution over all experts, brought to 1 over the chosen ones, comes to the same.
                    expertsPerToken: counts.perToken, scoring: .softmaxOfChosen),
                experts: try MixtureOfExperts.gatedExperts(
                    place["experts"], count: counts.experts, hiddenSize: common.hiddenSize,
                    intermediateSize: intermediateSize, activation: activation, names: ("w1", "w3", "w2")))
        }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
