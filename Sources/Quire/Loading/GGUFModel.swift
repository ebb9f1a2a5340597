import QuireCore
import QuireFormats
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

    var endTokens: Set<TokenID> {
        let keys = ["tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"]
        return Set(keys.compactMap { file.metadata[$0]?.integer }.map(TokenID.init(clamping:)))
    }

    /// The vocabulary in the file, or `nil` where it has none.
    func tokenizer() throws -> (any Tokenizer)? {
        guard let model = file.metadata["tokenizer.ggml.model"]?.string, model != "no_vocab", model != "none" else {
            return nil
        }
        guard model == "llama" else {
            throw FormatError(
                file: file.path, place: "tokenizer.ggml.model", problem: "unknown tokenizer '\(model)'; known: llama")
        }
        return try SentencePieceTokenizer(gguf: file)
    }

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
            var scaling: [String: JSONValue] = ["rope_type": .string(type)]
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

extension SentencePieceTokenizer {
    /// How some writers say that a special token does not exist.
    private static let noToken = Int(UInt32.max)

    /// The SentencePiece vocabulary that a GGUF file carries.
    ///
    /// - Throws: `FormatError` or `TokenizerError` that names the key.
    package init(gguf file: GGUFFile) throws {
        func values<Value>(_ key: String, _ read: (MetadataValue) -> [Value]?, _ expected: String) throws -> [Value] {
            guard let found = file.metadata[key].flatMap(read) else {
                throw FormatError(file: file.path, place: key, problem: "is missing or not \(expected)")
            }
            return found
        }
        func token(_ key: String) -> TokenID? {
            guard let id = file.metadata["tokenizer.ggml.\(key)"]?.integer, id != Self.noToken else { return nil }
            return TokenID(clamping: id)
        }
        let pieces = try values("tokenizer.ggml.tokens", \.strings, "a list of texts")
        let scores = try values("tokenizer.ggml.scores", \.numbers, "a list of numbers")
        let types = try values("tokenizer.ggml.token_type", \.integers, "a list of token types")
        let vocabulary = try SentencePieceVocabulary(
            pieces: pieces, scores: scores.map(Float.init),
            types: try types.map { number in
                guard let type = PieceType(rawValue: Int32(truncatingIfNeeded: number)) else {
                    throw FormatError(
                        file: file.path, place: "tokenizer.ggml.token_type", problem: "unknown token type \(number)")
                }
                return type
            }, unknownID: token("unknown_token_id"))
        let flags = (
            prefix: file.metadata["tokenizer.ggml.add_space_prefix"]?.bool ?? true,
            bos: file.metadata["tokenizer.ggml.add_bos_token"]?.bool ?? true,
            eos: file.metadata["tokenizer.ggml.add_eos_token"]?.bool ?? false,
            // Older files do not say whether runs of spaces become one. A vocabulary that was learned from text in
            // which they did has no piece with two spaces in a row, and one that was not has them (LLaMA's does).
            collapsesSpaces: file.metadata["tokenizer.ggml.remove_extra_whitespaces"]?.bool
                ?? !pieces.contains { $0.utf8.count >= 6 && $0.contains("\u{2581}\u{2581}") }
        )
        try self.init(
            vocabulary: vocabulary, kind: .bpe,
            normalizer: NormalizerSpec(addDummyPrefix: flags.prefix, removeExtraWhitespaces: flags.collapsesSpaces),
            specialTokens: SpecialTokens(
                bos: token("bos_token_id"), eos: token("eos_token_id"), unknown: token("unknown_token_id"),
                pad: token("padding_token_id"), addsBOS: flags.bos, addsEOS: flags.eos))
    }
}
