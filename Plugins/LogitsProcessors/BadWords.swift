import QuireCore

/// Forbids the token that would complete a bad word.
///
/// A word is a run of tokens; its last one is forbidden where the completion ends with those before it.
public struct BadWords: LogitsProcessor {
    public static let name = "bad_words"
    public static let order = 20

    private let words: [[TokenID]]

    public static func make(for request: Request) -> BadWords? {
        let words = request.badWords.filter { !$0.isEmpty }
        return words.isEmpty ? nil : BadWords(words: words)
    }

    public func apply(
        to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
    ) {
        for word in words {
            let beginning = word.dropLast()
            guard generated.suffix(beginning.count).elementsEqual(beginning), let last = word.last else { continue }
            logits[Int(last)] = -.infinity
        }
    }
}
