import QuireCore
import QuireFormats
import QuireTokenizers

/// A SentencePiece vocabulary in the words of a GGUF file.
struct VocabularyMetadata {
    let entries: [(key: String, value: GGUFValue)]

    /// - Parameters:
    ///   - size: ids of the model; those beyond the tokenizer's get pieces of their own that no text has.
    ///   - endTokens: what ends a completion; GGUF has words for two.
    init(_ tokenizer: SentencePieceTokenizer, size: Int, endTokens: Set<TokenID>) {
        let vocabulary = tokenizer.vocabulary
        let ids = (0..<max(size, vocabulary.count)).map(TokenID.init)
        let special = tokenizer.specialTokens
        var entries: [(key: String, value: GGUFValue)] = [
            ("tokenizer.ggml.model", .string("llama")),
            ("tokenizer.ggml.pre", .string("default")),
            ("tokenizer.ggml.tokens", .strings(ids.map { tokenizer.piece(for: $0) ?? "[PAD\($0)]" })),
            ("tokenizer.ggml.scores", .floats(ids.map { vocabulary.score(of: $0) ?? -1_000 })),
            (
                "tokenizer.ggml.token_type",
                .int32s(ids.map { (vocabulary.type(of: $0) ?? .unused).rawValue })
            ),
        ]
        func add(_ key: String, _ id: TokenID?) {
            if let id, id >= 0 { entries.append(("tokenizer.ggml.\(key)", .uint32(UInt32(id)))) }
        }
        let eos = special.eos.flatMap { endTokens.isEmpty || endTokens.contains($0) ? $0 : nil } ?? endTokens.min()
        add("bos_token_id", special.bos)
        add("eos_token_id", eos)
        add("eot_token_id", endTokens.filter { $0 != eos }.min())
        add("unknown_token_id", special.unknown)
        add("padding_token_id", special.pad)
        entries.append(("tokenizer.ggml.add_bos_token", .bool(special.addsBOS)))
        entries.append(("tokenizer.ggml.add_eos_token", .bool(special.addsEOS)))
        entries.append(("tokenizer.ggml.add_space_prefix", .bool(tokenizer.normalizer.addDummyPrefix)))
        entries.append(
            ("tokenizer.ggml.remove_extra_whitespaces", .bool(tokenizer.normalizer.removeExtraWhitespaces)))
        self.entries = entries
    }
}
