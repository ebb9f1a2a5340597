import QuireCore

/// Qwen3: LLaMA whose queries and keys are normalised head by head.
///
/// Source: Qwen Team, Qwen3 Technical Report, 2025; weight names of Hugging Face's `Qwen3ForCausalLM`.
public struct Qwen3Model: ModelArchitecture {
    public static let names = ["Qwen3ForCausalLM"]

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "qwen3", layerTensors: ["attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm"])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let bias = try config.flag("attention_bias", default: false)
        let firstWindowed = try config.count("max_window_layers", default: 28)
        let qwen = try QwenDecoder(
            config, biases: (inputs: bias, output: bias), normalizesHeads: true, firstWindowed: firstWindowed)
        let intermediateSize = try config.positive("intermediate_size")
        decoder = try qwen.model(weights) { place, _ in
            try GatedMLP(
                place["mlp"], hiddenSize: qwen.common.hiddenSize, intermediateSize: intermediateSize,
                activation: qwen.activation)
        }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
