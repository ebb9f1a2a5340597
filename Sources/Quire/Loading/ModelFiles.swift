import Foundation
import QuireCore
import QuireFormats
import QuireTemplates
import QuireTokenizers

/// A model's files, opened but not yet read: configuration, weights, tokenizer.
struct ModelFiles {
    let location: ModelLocation
    let config: ModelConfiguration
    let architecture: any ModelArchitecture.Type
    let weights: CheckpointWeights
    /// How the weights are quantised, where `config.json` says so.
    let quantization: QuantizationScheme?
    let tokenizer: (any Tokenizer)?
    /// The model's own chat templates; none where it brings none.
    let chatTemplates: ChatTemplates
    /// Tokens that end a completion.
    let endTokens: Set<TokenID>

    /// - Throws: a `UserError` that names the file and what is wrong with it.
    init(_ location: ModelLocation, registry: PluginRegistry) throws {
        self.location = location
        let declared: Set<TokenID>
        switch location {
        case .gguf(let path) where !path.lowercased().hasSuffix(".gguf"):
            throw ModelError.unreadable(
                path: path, reason: "a model is a directory in Hugging Face's layout or a .gguf file")
        case .gguf(let path):
            let file = try GGUFFile(path: path)
            let model = try GGUFModel(file, registry: registry)
            config = model.config
            architecture = model.architecture
            weights = CheckpointWeights(file, naming: model.naming)
            quantization = nil
            tokenizer = try model.tokenizer()
            chatTemplates = ChatTemplates(file)
            declared = model.endTokens
        case .directory(let path):
            let directory = ModelDirectory(path: path)
            let stored = try directory.config()
            architecture = try Self.architecture(of: stored, registry)
            config = stored.translated(from: architecture.dialect)
            quantization = try QuantizationScheme(config)
            let tensors = try CheckpointFiles(directoryOrFile: path).tensors
            try Self.checkIsDeclared(quantization, tensors.keys, config)
            weights = try CheckpointWeights(
                place: path, entries: tensors, scheme: quantization, transposed: architecture.transposedWeights)
            tokenizer = try directory.tokenizer()
            chatTemplates = try ChatTemplates(directory: path)
            declared = try directory.endTokens(config: config, tokenizer: tokenizer)
        }
        let vocabularySize = try config.positive("vocab_size")
        // Some files say -1, or another number beyond the vocabulary, where there is none.
        endTokens = declared.filter { $0 >= 0 && Int($0) < vocabularySize }
        if let tokenizer, tokenizer.vocabularySize > vocabularySize {
            throw ModelError.vocabularyMismatch(
                tokenizer: tokenizer.vocabularySize, model: vocabularySize, place: location.path)
        }
    }

    /// How tensors' names end that only a quantised checkpoint has.
    private static let quantizedSuffixes = [".qweight", ".weight_packed", "_proj_blocks"]

    /// Quantised weights cannot be read without knowing how.
    private static func checkIsDeclared(
        _ scheme: QuantizationScheme?, _ names: some Sequence<String>, _ config: ModelConfiguration
    ) throws(ConfigurationError) {
        guard scheme == nil,
            let name = names.filter({ name in Self.quantizedSuffixes.contains(where: name.hasSuffix) }).min()
        else { return }
        throw ConfigurationError(
            place: config.place,
            problem: "has no 'quantization_config', which the quantised weight '\(name)' needs; expected one with "
                + "'quant_method' \(QuantizationScheme.methods.joined(separator: ", "))")
    }

    /// - Throws: `ModelError` that names a quantised weight.
    func checkNotQuantized() throws(ModelError) {
        if let found = weights.firstQuantized {
            throw .alreadyQuantized(place: location.path, weight: found.name, type: found.type)
        }
        if let method = config.values["quantization_config"]?["quant_method"]?.stringValue {
            throw .alreadyQuantized(place: location.path, weight: "quantization_config", type: method)
        }
    }

    /// The names of the weights that the model claims; reads no matrix.
    ///
    /// - Throws: `WeightError` or `ConfigurationError` where the model cannot be loaded from these files.
    func claimedWeights(sizedBy matmul: any MatmulBackend, context: ComputeContext) throws -> Set<String> {
        let loader = WeightLoader(
            source: weights, matmul: DryMatmul(sizing: matmul), context: context, isDryRun: true)
        _ = try architecture.init(config: config, weights: loader.root)
        try loader.checkEverythingClaimed()
        return loader.claimedNames
    }

    /// Which type each tensor gets in a format.
    func tensorTypes(_ format: WeightFormat) throws -> TensorTypes {
        TensorTypes(
            format: format, layerCount: try config.positive("num_hidden_layers"),
            hasOutput: try !config.flag("tie_word_embeddings", default: false))
    }

    private static func architecture(
        of config: ModelConfiguration, _ registry: PluginRegistry
    ) throws -> any ModelArchitecture.Type {
        let names = try config.architectures
        let known = registry.architectures
        if let name = names.first(where: known.names.contains) { return try known.part(named: name) }
        throw ConfigurationError(
            place: config.place,
            problem: "unknown model architecture '\(names[0])'; \(Suggestion.text(for: names[0], among: known.names))")
    }
}
