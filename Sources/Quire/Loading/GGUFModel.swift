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
            guard naming.architecture == name else { continue }
            let isMarked = naming.marker.map { file.metadata["\(name).\($0)"]?.integer ?? 0 > 0 }
            // The one whose mark is there, before the one without.
            if isMarked == true || (isMarked == nil && found == nil) { found = (part, naming) }
        }
        guard let found else {
            throw FormatError(
                file: file.path, place: "general.architecture",
                problem: "unknown model architecture '\(name)'; \(Suggestion.text(for: name, among: known))")
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
        values["rope_scaling"] = GGUFRotaryScaling(file, prefix: prefix)?.value
        // A window of 0 is how some files say that there is none.
        if values["sliding_window"] == .int(0) { values["sliding_window"] = nil }
        if values["sliding_window"] != nil, let types = layerTypes(file, prefix) { values["layer_types"] = types }
        values["architectures"] = .array([.string(naming.architecture)])
        return ModelConfiguration(place: file.path, values: .object(values))
    }

    /// Which layers have a window, where the file says so: a list, or one period whose last layer has none.
    private static func layerTypes(_ file: GGUFFile, _ prefix: String) -> JSONValue? {
        guard let pattern = file.metadata[prefix + "attention.sliding_window_pattern"] else { return nil }
        let layers = file.metadata[prefix + "block_count"]?.integer ?? 0
        let isWindowed: [Bool]
        if let list = pattern.array {
            isWindowed = list.compactMap { $0.bool ?? $0.integer.map { $0 != 0 } }
        } else if let period = pattern.integer, period > 0, layers < 1 << 16 {
            isWindowed = (0..<max(0, layers)).map { $0 % period < period - 1 }
        } else {
            return nil
        }
        return .array(isWindowed.map { .string($0 ? "sliding_attention" : "full_attention") })
    }
}

extension JSONValue {
    /// A metadata scalar, or what a list says of every layer where it says the same of all; other lists have no place in a
    /// configuration.
    init?(_ value: MetadataValue) {
        if let value = value.bool {
            self = .bool(value)
        } else if let value = value.integer {
            self = .int(value)
        } else if let value = value.number {
            self = .double(value)
        } else if let value = value.string {
            self = .string(value)
        } else if let numbers = value.numbers, let first = numbers.first, numbers.allSatisfy({ $0 == first }) {
            self = .double(Double(first))
        } else if let integers = value.integers, let first = integers.first, integers.allSatisfy({ $0 == first }) {
            self = .int(first)
        } else {
            return nil
        }
    }
}
