/// Cuts a text into words, each of which the model sees on its own.
protocol PreTokenizer: Sendable {
    /// Cuts every word further. No word is left empty.
    func cut(_ words: inout Words)
}

/// A text and the words in it, in order; what is in no word is dropped.
struct Words: Sendable {
    private(set) var text: AlignedText
    private(set) var ranges: [Range<Int>]

    /// A text that is one word.
    init(_ text: AlignedText) {
        self.text = text
        ranges = text.isEmpty ? [] : [0..<text.bytes.count]
    }

    private init(rewriting other: Words) {
        text = AlignedText(rewriting: other.text)
        ranges = []
        ranges.reserveCapacity(other.ranges.count)
    }

    /// Replaces every word by the parts of it that `body` hands to its last argument; empty parts are dropped.
    mutating func split(_ body: (_ word: UnsafeBufferPointer<UInt8>, _ part: (Range<Int>) -> Void) -> Void) {
        var parts: [Range<Int>] = []
        parts.reserveCapacity(ranges.count == 1 ? text.bytes.count / 4 : ranges.count)
        text.bytes.withUnsafeBufferPointer { bytes in
            for range in ranges {
                body(UnsafeBufferPointer(rebasing: bytes[range])) { part in
                    if !part.isEmpty {
                        parts.append(range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
                    }
                }
            }
        }
        ranges = parts
    }

    /// Writes every word anew; a word that becomes empty is dropped.
    mutating func rewrite(_ body: (_ text: AlignedText, _ word: Range<Int>, _ result: inout AlignedText) -> Void) {
        var result = Words(rewriting: self)
        for range in ranges {
            let start = result.text.bytes.count
            body(text, range, &result.text)
            let end = result.text.bytes.count
            if end > start { result.ranges.append(start..<end) }
        }
        result.text.close()
        self = result
    }
}

/// Several, one after the other.
struct PreTokenizerSequence: PreTokenizer {
    let parts: [any PreTokenizer]

    func cut(_ words: inout Words) {
        for part in parts {
            part.cut(&words)
        }
    }
}
