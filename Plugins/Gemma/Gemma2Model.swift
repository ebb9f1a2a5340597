import QuireCore

/// Gemma 2: windows in every other layer, soft caps on scores and logits, norms before and after each part.
///
/// Source: Gemma Team, Gemma 2: Improving Open Language Models at a Practical Size, 2024; weight names of Hugging Face's
/// `Gemma2ForCausalLM`.
public struct Gemma2Model: ModelArchitecture {
    public static let names = ["Gemma2ForCausalLM"]
    public static let dialect = GemmaDecoder.dialect

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "gemma2",
        fields: [
            "attn_logit_softcapping": "attn_logit_softcapping", "final_logit_softcapping": "final_logit_softcapping",
            "attention.sliding_window": "sliding_window",
        ],
        layerTensors: [
            "post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
            "post_ffw_norm": "post_feedforward_layernorm",
        ],
        constants: GemmaDecoder.constants)

    /// Layers of the model of 27 billion parameters.
    private static let largest = 46

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let gemma = try GemmaDecoder(config)
        let rotary = try gemma.common.rotary()
        let windows = try SlidingWindow(config, layers: gemma.common.layerCount) { $0 % 2 == 0 }
        let softCap = try config.softCap("attn_logit_softcapping")
        let scale = try gemma.scale(largest: Self.largest)
        decoder = try gemma.model(weights) { place, index in
            let shape = gemma.common.shape(scale: scale, window: windows[index], softCap: softCap)
            return try gemma.layer(
                place, attention: gemma.attention(place["self_attn"], shape: shape, rotary: rotary))
        }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
