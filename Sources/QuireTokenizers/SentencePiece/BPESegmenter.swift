/// Merges the best pair of neighbours, the leftmost among equals, until no pair is a piece.
///
/// Costs O(n log n), with n the characters of the longest stretch that merges can span.
struct BPESegmenter: Segmenter {
    let vocabulary: SentencePieceVocabulary
    let rules: MergeRules
    private let userDefined: ByteTrie?

    init(_ vocabulary: SentencePieceVocabulary, userDefined: ByteTrie?) {
        self.vocabulary = vocabulary
        self.userDefined = userDefined
        rules = MergeRules(vocabulary)
    }

    func segments(of text: UnsafeBufferPointer<UInt8>) -> [Segment] {
        var merger = BPEMerger(self)
        merger.output.reserveCapacity(text.count / 3)
        var position = 0
        var previous: Int32 = -1
        while position < text.count {
            let (symbol, end) = symbol(in: text, at: position)
            if !rules.leadToUnused, rules.neighbours.lookUp(previous, symbol) == nil { merger.mergeAndFlush() }
            merger.append(symbol, length: end - position)
            previous = symbol
            position = end
        }
        merger.mergeAndFlush()
        return merger.output
    }

    /// The symbol that starts at `position`: a whole user-defined piece, or a character; -1 if no piece has it.
    @inline(__always)
    private func symbol(in text: UnsafeBufferPointer<UInt8>, at position: Int) -> (symbol: Int32, end: Int) {
        if let match = userDefined?.longestMatch(in: text, at: position) {
            return (match.value | BPEMerger.frozen, match.end)
        }
        let end = min(text.count, position + UTF8Scan.length(lead: text[position]))
        var node = ByteTrie.root
        for index in position..<end {
            node = rules.symbols.child(of: node, text[index])
            if node == ByteTrie.none { return (-1, end) }
        }
        return (rules.symbols.value(at: node), end)
    }
}
