import QuireCore
import QuireJSON

/// OLMo 3: OLMo 2 with windows in three of four layers; only those without one stretch their rotation.
///
/// Source: Team OLMo, Olmo 3, 2025; weight names of Hugging Face's `Olmo3ForCausalLM`.
public struct OLMo3Model: ModelArchitecture {
    public static let names = ["Olmo3ForCausalLM"]

    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "olmo2", marker: "attention.sliding_window",
        fields: ["attention.sliding_window": "sliding_window"], layerTensors: OLMo2Decoder.ggufLayerTensors)

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let windows = try SlidingWindow(config, layers: common.layerCount) { ($0 + 1) % 4 != 0 }
        let far = try RotaryEmbedding(
            config: config, dimensions: common.headDim, section: "full_attention", base: 500_000)
        let near = try RotaryEmbedding(Self.nearParameters(config), dimensions: common.headDim)
        decoder = try OLMo2Decoder(common).model(weights) { index in
            windows[index] == nil ? (common.shape(), far) : (common.shape(window: windows[index]), near)
        }
    }

    /// Files of the older form have one scaling, which layers with a window do without.
    private static func nearParameters(_ config: ModelConfiguration) throws -> RotaryParameters {
        let section = "sliding_attention"
        if try config.object("rope_parameters")?.object(section) != nil {
            return try RotaryParameters(config, section: section, base: 500_000)
        }
        return RotaryParameters(config, unscaledBase: try config.number("rope_theta", default: 500_000))
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
