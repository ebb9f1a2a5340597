import QuireCore

/// Mistral: LLaMA whose tokens see a window of the last ones.
///
/// Most of its GGUF files say that they are LLaMA, and know no window. Source: Jiang et al., Mistral 7B, 2023; weight names of
/// Hugging Face's `MistralForCausalLM`.
public struct MistralModel: ModelArchitecture {
    public static let names = ["MistralForCausalLM"]

    /// LLaMA's, in files that know the window.
    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "llama", marker: "attention.sliding_window",
        fields: ["attention.sliding_window": "sliding_window"], tensors: ["rope_freqs": "rope_freqs"],
        constants: ["rope_layout": .string("interleaved")],
        rotatedRows: ["attn_q": "num_attention_heads", "attn_k": "num_key_value_heads"])

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let windows = try SlidingWindow(config, layers: common.layerCount)
        let intermediateSize = try config.positive("intermediate_size")
        let activation = try Activation(config, "hidden_act", default: "silu")
        decoder = try MistralDecoder(common, windows, defaultBase: 10_000, defaultEpsilon: 1e-6).model(weights) {
            place in
            try GatedMLP(
                place["mlp"], hiddenSize: common.hiddenSize, intermediateSize: intermediateSize,
                activation: activation)
        }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
