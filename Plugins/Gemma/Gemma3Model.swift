import QuireCore
import QuireJSON

/// The text model of Gemma 3: windows in all layers but every sixth, each kind with rotary frequencies of its own, and
/// queries and keys normalised head by head.
///
/// Source: Gemma Team, Gemma 3 Technical Report, 2025; weight names of Hugging Face's `Gemma3ForCausalLM`.
public struct Gemma3Model: ModelArchitecture {
    public static let names = ["Gemma3ForCausalLM", "Gemma3TextModel"]
    public static let dialect = ConfigurationDialect(
        names: ["sliding_window_pattern": "_sliding_window_pattern"],
        defaults: ["tie_word_embeddings": .bool(true)])

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "gemma3",
        fields: [
            "attention.sliding_window": "sliding_window", "rope.freq_base_swa": "rope_local_base_freq",
            "final_logit_softcapping": "final_logit_softcapping",
        ],
        layerTensors: [
            "attn_q_norm": "self_attn.q_norm", "attn_k_norm": "self_attn.k_norm",
            "post_attention_norm": "post_attention_layernorm", "ffn_norm": "pre_feedforward_layernorm",
            "post_ffw_norm": "post_feedforward_layernorm",
        ],
        constants: GemmaDecoder.constants)

    /// Layers of the model of 27 billion parameters.
    private static let largest = 62

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let gemma = try GemmaDecoder(config)
        let headDim = gemma.common.headDim
        let period = try config.positive("sliding_window_pattern", default: 6)
        let windows = try SlidingWindow(config, layers: gemma.common.layerCount) { ($0 + 1) % period != 0 }
        let far = try RotaryEmbedding(config: config, dimensions: headDim, section: "full_attention", base: 1e6)
        let near = try RotaryEmbedding(Self.nearParameters(config), dimensions: headDim)
        let scale = try gemma.scale(largest: Self.largest)
        decoder = try gemma.model(weights) { place, index in
            let window = windows[index]
            var attention = try gemma.attention(
                place["self_attn"], shape: gemma.common.shape(scale: scale, window: window),
                rotary: window == nil ? far : near)
            attention.queryNorm = try gemma.norm(place["self_attn"]["q_norm"], width: headDim)
            attention.keyNorm = try gemma.norm(place["self_attn"]["k_norm"], width: headDim)
            return try gemma.layer(place, attention: attention)
        }
    }

    /// Layers with a window rotate by another base, and without scaling in files of the older form.
    private static func nearParameters(_ config: ModelConfiguration) throws -> RotaryParameters {
        let section = "sliding_attention"
        if try config.object("rope_parameters")?.object(section) != nil {
            return try RotaryParameters(config, section: section)
        }
        return RotaryParameters(config, unscaledBase: try config.number("rope_local_base_freq", default: 10_000))
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
