import QuireCore

/// Gemma. Source: Gemma Team, Gemma: Open Models Based on Gemini Research and Technology, 2024; weight names of Hugging
/// Face's `GemmaForCausalLM`.
public struct GemmaModel: ModelArchitecture {
    public static let names = ["GemmaForCausalLM"]
    public static let dialect = GemmaDecoder.dialect
    public static let gguf: GGUFNaming? = GGUFNaming(architecture: "gemma", constants: GemmaDecoder.constants)

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let gemma = try GemmaDecoder(config)
        let rotary = try gemma.common.rotary()
        decoder = try gemma.model(weights) { place, _ in
            DecoderLayer(
                attention: try gemma.attention(place["self_attn"], shape: gemma.common.shape(), rotary: rotary),
                feedForward: try gemma.feedForward(place["mlp"]),
                attentionNorm: try gemma.norm(place["input_layernorm"]),
                feedForwardNorm: try gemma.norm(place["post_attention_layernorm"]))
        }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
