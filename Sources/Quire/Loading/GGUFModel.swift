import QuireCore
import QuireFormats
import QuireJSON
import QuireTokenizers

/// What a GGUF file says about its model, in the words of `config.json`.
struct GGUFModel {
    let config: ModelConfiguration
    let architecture: any ModelArchitecture.Type
    let naming: GGUFNaming
    private let file: GGUFFile

    init(_ file: GGUFFile, registry: PluginRegistry) throws {
        self.file = file
        guard let name = file.metadata["general.architecture"]?.string else {
            throw FormatError(
                file: file.path, place: "general.architecture", problem: "is missing; expected the architecture's name")
        }
        let table = registry.architectures
        var known: Set<String> = []
        var found: (any ModelArchitecture.Type, GGUFNaming)?
        for part in try table.names.map({ try table.part(named: $0) }) {
            guard let naming = part.gguf else { continue }
            known.insert(naming.architecture)
            if naming.architecture == name { found = (part, naming) }
        }
        guard let found else {
            throw FormatError(
                file: file.path, place: "general.architecture",
                problem: "unknown model architecture '\(name)'; known: \(known.sorted().joined(separator: ", "))")
        }
        (architecture, naming) = found
        config = Self.config(file, naming)
    }

    /// Tokens that end a completion: those that the file names, and control tokens that are spelled like one.
    var endTokens: Set<TokenID> {
        let keys = ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"]
        return GGUFVocabulary.endTokens(in: file)
            .union(keys.compactMap { file.metadata[$0]?.integer }.map(TokenID.init(clamping:)))
    }

    /// The vocabulary in the file, or `nil` where it has none.
    func tokenizer() throws -> (any Tokenizer)? { try GGUFVocabulary(file)?.tokenizer(of: file) }

    private static func config(_ file: GGUFFile, _ naming: GGUFNaming) -> ModelConfiguration {
        var values = naming.constants
        let prefix = naming.architecture + "."
        for (key, field) in naming.fields {
            if let value = file.metadata[prefix + key].flatMap(JSONValue.init) { values[field] = value }
        }
        if let count = file.metadata["tokenizer.ggml.tokens"]?.array?.count, values["vocab_size"] == nil {
            values["vocab_size"] = .int(count)
        }
        // Only untied models have an output matrix of their own.
        values["tie_word_embeddings"] = .bool(!file.tensors.contains { $0.name == "output.weight" })
        for (field, tensor) in naming.flags {
            values[field] = .bool(file.tensors.contains { $0.name == tensor })
        }
        if let type = file.metadata[prefix + "rope.scaling.type"]?.string, type != "none" {
            var scaling: JSONMembers = ["rope_type": .string(type)]
            scaling["factor"] = file.metadata[prefix + "rope.scaling.factor"].flatMap(JSONValue.init)
            values["rope_scaling"] = .object(scaling)
        }
        values["architectures"] = .array([.string(naming.architecture)])
        return ModelConfiguration(place: file.path, values: .object(values))
    }
}

extension JSONValue {
    /// A metadata scalar; arrays have no place in a configuration.
    fileprivate init?(_ value: MetadataValue) {
        if let value = value.bool {
            self = .bool(value)
        } else if let value = value.integer {
            self = .int(value)
        } else if let value = value.number {
            self = .double(value)
        } else if let value = value.string {
            self = .string(value)
        } else {
            return nil
        }
    }
}
