/// The work of cutting the words of one text, with what is worth keeping from word to word.
struct WordSession {
    private let model: any WordModel
    private var cache = WordCache()
    private var scratch = WordScratch()
    private var segments: [Segment] = []

    init(_ model: any WordModel) {
        self.model = model
    }

    /// Calls `body` with the pieces of each word, or of a part of a long one, and where it starts.
    mutating func forEachSegments(of words: Words, _ body: (ArraySlice<Segment>, _ start: Int) -> Void) {
        words.text.bytes.withUnsafeBufferPointer { bytes in
            for range in words.ranges {
                let word = UnsafeBufferPointer(rebasing: bytes[range])
                if word.count <= WordCache.longestWord {
                    cut(word) { body($0, range.lowerBound) }
                    continue
                }
                var start = 0
                while start < word.count {
                    let end = model.endOfPart(of: word, from: start)
                    cut(UnsafeBufferPointer(rebasing: word[start..<end])) { body($0, range.lowerBound + start) }
                    start = end
                }
            }
        }
    }

    @inline(__always)
    private mutating func cut(_ word: UnsafeBufferPointer<UInt8>, _ body: (ArraySlice<Segment>) -> Void) {
        let isShort = word.count <= WordCache.longestWord
        if isShort, let pieces = cache.pieces(of: word) { return body(pieces) }
        segments.removeAll(keepingCapacity: true)
        model.append(word, to: &segments, &scratch)
        if isShort { cache.insert(word, segments) }
        body(segments[...])
    }
}
