import QuireCore

/// Qwen2 and Qwen2.5: LLaMA with biases on queries, keys and values, and windows in the upper layers where asked.
///
/// Source: Qwen Team, Qwen2 Technical Report, 2024; weight names of Hugging Face's `Qwen2ForCausalLM`.
public struct Qwen2Model: ModelArchitecture {
    public static let names = ["Qwen2ForCausalLM"]
    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "qwen2", fields: ["attention.sliding_window": "sliding_window"],
        // Only files whose windows are used have one.
        constants: ["use_sliding_window": .bool(true)])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let firstWindowed = try config.count("max_window_layers", default: 28)
        let qwen = try QwenDecoder(
            config, biases: (inputs: true, output: false), normalizesHeads: false, firstWindowed: firstWindowed)
        let intermediateSize = try config.positive("intermediate_size")
        decoder = try qwen.model(weights) { place, _ in
            try GatedMLP(
                place["mlp"], hiddenSize: qwen.common.hiddenSize, intermediateSize: intermediateSize,
                activation: qwen.activation)
        }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
