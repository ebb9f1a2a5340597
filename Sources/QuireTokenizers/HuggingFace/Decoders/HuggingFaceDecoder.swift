/// Turns ids into text as the tokenizers library's `decode` does, one at a time.
struct HuggingFaceDecoder: TextDecoder {
    private let tokenizer: HuggingFaceTokenizer
    private let skipSpecialTokens: Bool
    private var chain: DecoderChain

    init(_ tokenizer: HuggingFaceTokenizer, skipSpecialTokens: Bool, continuing: Bool) {
        self.tokenizer = tokenizer
        self.skipSpecialTokens = skipSpecialTokens
        chain = DecoderChain(tokenizer.parts.decoder.makeSteps(continuing: continuing))
    }

    mutating func append(_ id: TokenID, to text: inout [UInt8]) {
        if let added = tokenizer.parts.addedTokens.tokens[id] {
            if added.isSpecial, skipSpecialTokens { return }
            chain.append(Array(added.content.utf8), to: &text)
        } else if tokenizer.parts.model.vocabulary.contains(id) {
            chain.append(Array(tokenizer.parts.model.vocabulary.piece(id)), to: &text)
        }
    }

    mutating func finish(into text: inout [UInt8]) {
        chain.finish(into: &text)
    }
}
