extension GGUFVocabulary {
    /// `llama` is SentencePiece's BPE, `t5` its Unigram.
    func sentencePiece(_ kind: SentencePieceModel.Kind) throws(TokenizerError) -> SentencePieceTokenizer {
        guard let scores else {
            throw TokenizerError(field: "tokenizer.ggml.scores", value: "missing", expected: "a number for every piece")
        }
        guard tokenTypes != nil else {
            throw TokenizerError(
                field: "tokenizer.ggml.token_type", value: "missing", expected: "a type for every piece")
        }
        let isUnigram = kind == .unigram
        let unknown = role(unknownTokenID, default: isUnigram ? 2 : nil)
        let vocabulary = try SentencePieceVocabulary(
            pieces: tokens, scores: scores.map(Float.init), types: try types(), unknownID: unknown)
        var map: CharacterMap?
        if let precompiledCharactersMap { map = try CharacterMap(precompiled: precompiledCharactersMap) }
        return try SentencePieceTokenizer(
            vocabulary: vocabulary, kind: kind,
            normalizer: NormalizerSpec(
                addDummyPrefix: addSpacePrefix ?? true, removeExtraWhitespaces: collapsesSpaces(isUnigram),
                characterMap: map),
            specialTokens: SpecialTokens(
                bos: role(bosTokenID), eos: role(eosTokenID, default: isUnigram ? 1 : nil), unknown: unknown,
                pad: role(paddingTokenID, default: isUnigram ? 0 : nil), addsBOS: addBOSToken ?? !isUnigram,
                addsEOS: addEOSToken ?? isUnigram))
    }

    /// Older files do not say whether runs of spaces become one. A vocabulary that was learned from text in which they did
    /// has no piece with two spaces in a row, and one that was not has them (LLaMA's does).
    private func collapsesSpaces(_ isUnigram: Bool) -> Bool {
        if let removeExtraWhitespaces { return removeExtraWhitespaces }
        return isUnigram || !tokens.contains { $0.utf8.count >= 6 && $0.contains("\u{2581}\u{2581}") }
    }
}
