/// Turns ids that arrive one at a time into text, never showing half a character.
///
/// The concatenation of everything returned equals `decode` of all ids. Text is held back only while bytes of an
/// unfinished character are pending, so that a U+FFFD is never shown for bytes that a later token completes.
public struct StreamingDetokenizer: Sendable {
    private var decoder: any TextDecoder

    /// - Parameters:
    ///   - skipSpecialTokens: Control tokens add nothing; otherwise they appear as the vocabulary spells them.
    ///   - continuing: True where the ids continue a prompt: a leading space is kept. False where they are a text of
    ///     their own: the space that encoding put in front is taken away again, as `decode` does.
    public init(tokenizer: some Tokenizer, skipSpecialTokens: Bool = true, continuing: Bool = false) {
        decoder = tokenizer.makeTextDecoder(skipSpecialTokens: skipSpecialTokens, continuing: continuing)
    }

    /// Adds a token and returns the new text that is certain, which may be empty.
    public mutating func append(_ id: TokenID) -> String {
        append(contentsOf: CollectionOfOne(id))
    }

    /// Adds tokens and returns the new text that is certain.
    public mutating func append(contentsOf ids: some Swift.Sequence<TokenID>) -> String {
        var text: [UInt8] = []
        for id in ids {
            decoder.append(id, to: &text)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Ends the text and returns what was held back.
    public mutating func finish() -> String {
        var text: [UInt8] = []
        decoder.finish(into: &text)
        return String(decoding: text, as: UTF8.self)
    }
}
