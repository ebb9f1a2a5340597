extension GGUFVocabulary {
    /// `bert` is WordPiece; pieces that begin a word have U+2581 in front, the others have no prefix.
    func wordPiece() throws(TokenizerError) -> HuggingFaceTokenizer {
        let vocabulary = try pieces()
        let unknown = role(unknownTokenID, default: 100)
        let lowercases = lowercase ?? true
        let parts = HuggingFaceTokenizer.Parts(
            normalizer: BertNormalizer(
                cleansText: true, separatesChinese: true, stripsAccents: stripAccents ?? lowercases,
                lowercases: lowercases),
            preTokenizer: PreTokenizerSequence(parts: [
                BertPreTokenizer(),
                MetaspacePreTokenizer(replacement: Normalizer.space, prependScheme: .always, splits: false),
            ]),
            model: WordPieceModel(
                vocabulary, unknownID: unknown ?? -1, continuingPrefix: [], maxCharacters: .max),
            addedTokens: AddedTokens(addedTokens(try types()), normalizer: nil),
            decoder: MetaspaceDecoder(replacement: Normalizer.space, dropsLeading: true))
        return framed(
            parts, addsBOS: addBOSToken ?? true, addsEOS: addEOSToken ?? true,
            bos: role(bosTokenID, default: 101), closing: role(separatorTokenID, default: 102))
    }
}
