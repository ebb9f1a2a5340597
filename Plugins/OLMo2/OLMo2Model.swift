import QuireCore

/// OLMo 2: LLaMA that normalises results instead of inputs, and whole queries and keys.
///
/// Source: Team OLMo, 2 OLMo 2 Furious, 2024; weight names of Hugging Face's `Olmo2ForCausalLM`.
public struct OLMo2Model: ModelArchitecture {
    public static let names = ["Olmo2ForCausalLM"]
    public static let gguf: GGUFNaming? = GGUFNaming(
        architecture: "olmo2", layerTensors: OLMo2Decoder.ggufLayerTensors)

    private let decoder: DecoderModel

    public init(config: ModelConfiguration, weights: WeightScope) throws {
        let common = try DecoderConfiguration(config)
        let rotary = try common.rotary()
        decoder = try OLMo2Decoder(common).model(weights) { _ in (common.shape(), rotary) }
    }

    public func logits(_ pass: ForwardPass) throws -> Tensor { try decoder.logits(pass) }
}
