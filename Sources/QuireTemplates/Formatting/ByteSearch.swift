/// Finds bytes in bytes in linear time (Knuth, Morris and Pratt), whatever they are.
///
/// A match of whole characters of UTF-8 is a match of bytes, while Swift's own search would take é for e and an accent.
struct ByteSearch {
    private let pattern: [UInt8]
    /// For each length of a partial match, the next shorter one that is still possible.
    private let shorter: [Int]

    /// `pattern` is not empty.
    init(_ pattern: [UInt8]) {
        self.pattern = pattern
        var shorter = [0, 0]
        var matched = 0
        for byte in pattern.dropFirst() {
            while matched > 0, pattern[matched] != byte { matched = shorter[matched] }
            if pattern[matched] == byte { matched += 1 }
            shorter.append(matched)
        }
        self.shorter = shorter
    }

    /// Calls `body` with the offset of each match, without overlaps, until it says no.
    func forEachMatch(
        in text: UnsafeBufferPointer<UInt8>, _ body: (Int) throws(TemplateError) -> Bool
    ) throws(TemplateError) {
        var matched = 0
        for offset in 0..<text.count {
            let byte = text[offset]
            while matched > 0, pattern[matched] != byte { matched = shorter[matched] }
            if pattern[matched] == byte { matched += 1 }
            if matched == pattern.count {
                guard try body(offset + 1 - matched) else { return }
                matched = 0
            }
        }
    }
}
