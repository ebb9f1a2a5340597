import QuireFormats
import QuireTokenizers

extension GGUFVocabulary {
    /// The vocabulary of a file, or `nil` where it has none.
    ///
    /// - Throws: `FormatError` that names the key.
    package init?(_ file: GGUFFile) throws {
        guard let model = file.metadata["tokenizer.ggml.model"]?.string, model != "no_vocab", model != "none" else {
            return nil
        }
        func value(_ key: String) -> MetadataValue? { file.metadata["tokenizer.ggml.\(key)"] }
        func list<Element>(
            _ key: String, _ read: (MetadataValue) -> [Element]?, _ expected: String
        ) throws -> [Element]? {
            guard let found = value(key) else { return nil }
            guard let list = read(found) else {
                throw FormatError(file: file.path, place: "tokenizer.ggml.\(key)", problem: "is not \(expected)")
            }
            return list
        }
        guard let tokens = try list("tokens", \.strings, "a list of texts") else {
            throw FormatError(
                file: file.path, place: "tokenizer.ggml.tokens", problem: "is missing or not a list of texts")
        }
        self.init(model: model, tokens: tokens)
        pre = value("pre")?.string
        scores = try list("scores", \.numbers, "a list of numbers")
        tokenTypes = try list("token_type", \.integers, "a list of token types")
        merges = try list("merges", \.strings, "a list of texts")
        bosTokenID = value("bos_token_id")?.integer
        eosTokenID = value("eos_token_id")?.integer
        eotTokenID = value("eot_token_id")?.integer
        unknownTokenID = value("unknown_token_id")?.integer
        separatorTokenID = (value("seperator_token_id") ?? value("separator_token_id"))?.integer
        paddingTokenID = value("padding_token_id")?.integer
        addBOSToken = value("add_bos_token")?.bool
        addEOSToken = value("add_eos_token")?.bool
        addSpacePrefix = value("add_space_prefix")?.bool
        removeExtraWhitespaces = value("remove_extra_whitespaces")?.bool
        precompiledCharactersMap = try list("precompiled_charsmap", \.integers, "a list of bytes")?.map {
            UInt8(truncatingIfNeeded: $0)
        }
        lowercase = value("normalizer.lowercase")?.bool
        stripAccents = value("normalizer.strip_accents")?.bool
    }

    /// - Throws: `TokenizerError` that names the file, too.
    package func tokenizer(of file: GGUFFile) throws -> any Tokenizer {
        do throws(TokenizerError) {
            return try tokenizer()
        } catch {
            var named = error
            named.file = file.path
            throw named
        }
    }

    /// How published models spell the tokens that end a turn or a text.
    private static let endings: Set<String> = [
        "<|eot_id|>", "<|eom_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>",
        "<|EOT|>", "<|return|>", "<|call|>", "<\u{FF5C}end\u{2581}of\u{2581}sentence\u{FF5C}>", "<EOT>", "_<EOT>",
    ]

    /// Control tokens that are spelled like an end.
    package static func endTokens(in file: GGUFFile) -> Set<TokenID> {
        guard let tokens = file.metadata["tokenizer.ggml.tokens"]?.strings,
            let types = file.metadata["tokenizer.ggml.token_type"]?.integers
        else { return [] }
        let control = Int(PieceType.control.rawValue)
        return Set(
            zip(tokens, types).enumerated().lazy
                .filter { $0.element.1 == control && endings.contains($0.element.0) }
                .map { TokenID($0.offset) })
    }
}
