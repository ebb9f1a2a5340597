/// Encodes and decodes as the tokenizers library does with the same `tokenizer.json`.
public struct HuggingFaceTokenizer: Tokenizer {
    public let specialTokens: SpecialTokens
    /// What the file asks for and this tokenizer leaves out, in words.
    public let warnings: [String]

    let parts: Parts

    /// The steps from text to ids and back.
    struct Parts: Sendable {
        var normalizer: (any TextNormalizer)?
        var preTokenizer: (any PreTokenizer)?
        var model: any WordModel
        var addedTokens: AddedTokens
        var frame = TokenFrame()
        var decoder: any DecoderSpec
    }

    init(_ parts: Parts, specialTokens: SpecialTokens, warnings: [String] = []) {
        self.parts = parts
        self.warnings = warnings
        self.specialTokens = specialTokens
        vocabularySize = max(parts.model.vocabulary.count, Int(parts.addedTokens.tokens.keys.max() ?? -1) + 1)
    }

    public let vocabularySize: Int

    public func piece(for id: TokenID) -> String? {
        if let added = parts.addedTokens.tokens[id] { return added.content }
        guard parts.model.vocabulary.contains(id) else { return nil }
        return String(decoding: parts.model.vocabulary.piece(id), as: UTF8.self)
    }

    public func id(for piece: String) -> TokenID? {
        if let added = parts.addedTokens.id(of: piece) { return added }
        let id = parts.model.vocabulary.id(of: piece)
        return id < 0 ? nil : id
    }

    public func isSpecial(_ id: TokenID) -> Bool {
        parts.addedTokens.tokens[id]?.isSpecial ?? false || id >= 0 && id == parts.model.unknownID
    }

    public func bytes(for id: TokenID) -> [UInt8] {
        if parts.addedTokens.tokens[id]?.isSpecial ?? false { return [] }
        return piece(for: id).map { parts.decoder.bytes(of: Array($0.utf8)) } ?? []
    }

    public func makeTextDecoder(skipSpecialTokens: Bool, continuing: Bool) -> any TextDecoder {
        HuggingFaceDecoder(self, skipSpecialTokens: skipSpecialTokens, continuing: continuing)
    }
}
