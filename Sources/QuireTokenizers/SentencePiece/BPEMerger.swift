/// The work of merging one stretch of text; its buffers serve all stretches of a text in turn.
struct BPEMerger {
    /// Set in a symbol that never merges: no rule knows it.
    static let frozen: Int32 = 1 << 30

    private let segmenter: BPESegmenter
    private var symbols: [Symbol] = []
    private var agenda = MergeAgenda()
    /// How each unused piece was last proposed.
    private var splits: [Int32: (left: Symbol, right: Symbol)] = [:]
    var output: [Segment] = []

    /// A link in the list of symbols that are left.
    private struct Symbol {
        var id: Int32
        /// In bytes; 0 once it is merged into its left neighbour.
        var length: Int32
        var previous: Int32
        var next: Int32
    }

    init(_ segmenter: BPESegmenter) {
        self.segmenter = segmenter
    }

    mutating func append(_ symbol: Int32, length: Int) {
        let index = Int32(symbols.count)
        if index > 0 { symbols[Int(index) - 1].next = index }
        symbols.append(Symbol(id: symbol, length: Int32(length), previous: index - 1, next: -1))
    }

    /// Merges what was appended, adds it to the output and starts anew.
    mutating func mergeAndFlush() {
        if symbols.isEmpty { return }
        if symbols.count > 1 { merge() }
        var index: Int32 = 0
        while index >= 0 {
            let symbol = symbols[Int(index)]
            emit(symbol, depth: 0)
            index = symbol.next
        }
        symbols.removeAll(keepingCapacity: true)
    }

    private mutating func merge() {
        for right in 1..<Int32(symbols.count) {
            if let candidate = candidate(right - 1, right) { agenda.append(candidate) }
        }
        agenda.arrange()
        while let top = agenda.popFirst() {
            let left = Int(top.left)
            let right = Int(top.right)
            // A pair is stale once either side has grown or gone: the lengths no longer add up.
            let length = symbols[left].length + symbols[right].length
            guard symbols[left].length > 0, symbols[right].length > 0,
                length == segmenter.rules.lengths[Int(top.merged)]
            else { continue }
            let previous = symbols[left].previous
            let next = symbols[right].next
            symbols[left].id = top.merged
            symbols[left].length = length
            symbols[left].next = next
            symbols[right].length = 0
            if next >= 0 { symbols[Int(next)].previous = top.left }
            if previous >= 0, let candidate = candidate(previous, top.left) { agenda.push(candidate) }
            if next >= 0, let candidate = candidate(top.left, next) { agenda.push(candidate) }
        }
    }

    @inline(__always)
    private mutating func candidate(_ left: Int32, _ right: Int32) -> MergeAgenda.Candidate? {
        let pair = (left: symbols[Int(left)], right: symbols[Int(right)])
        guard let rule = segmenter.rules.merges.lookUp(pair.left.id, pair.right.id) else { return nil }
        if segmenter.rules.leadToUnused, segmenter.vocabulary.types[Int(rule.symbol)] == .unused {
            splits[rule.symbol] = pair
        }
        return MergeAgenda.Candidate(rank: rule.rank, left: left, right: right, merged: rule.symbol)
    }

    /// Adds a symbol to the output, an unused piece as the parts that made it.
    private mutating func emit(_ symbol: Symbol, depth: Int) {
        let id = symbol.id < 0 ? symbol.id : symbol.id & ~Self.frozen
        guard segmenter.vocabulary.contains(id) else {
            output.append(Segment(id: segmenter.vocabulary.unknownID, length: symbol.length))
            return
        }
        guard segmenter.vocabulary.types[Int(id)] == .unused else {
            output.append(Segment(id: id, length: symbol.length))
            return
        }
        // A file may chain unused pieces to any depth; the stack may not follow.
        guard let split = splits[id], depth <= 100 else {
            output.append(Segment(id: segmenter.vocabulary.unknownID, length: symbol.length))
            return
        }
        emit(split.left, depth: depth + 1)
        emit(split.right, depth: depth + 1)
    }
}
