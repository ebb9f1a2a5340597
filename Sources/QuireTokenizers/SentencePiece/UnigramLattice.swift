/// The best path that ends at a position.
struct UnigramPath<Score: BinaryFloatingPoint & Sendable>: Sendable {
    var score: Score = 0
    /// Where the path's last piece starts; -1 for no path.
    var start: Int32 = -1
    var id: TokenID = -1
}

/// Finds the sequence of pieces with the highest sum of scores, by Viterbi's algorithm over byte positions.
///
/// Costs O(text bytes × longest piece). Ties go to the path whose last piece starts earlier.
struct UnigramLattice<Score: BinaryFloatingPoint & Sendable>: Sendable {
    private let trie: ByteTrie
    /// By id.
    private let scores: [Score]
    private let unknownID: TokenID
    private let unknownScore: Score

    /// Beyond this, sums are moved back to zero: 32 bits would round the differences that decide.
    private let recentreLimit: Score = MemoryLayout<Score>.size < 8 ? 100_000 : .infinity

    /// - Parameter lowest: the worst score of a piece; an unknown character is worse by 10.
    init(trie: ByteTrie, scores: [Score], lowest: Score, unknownID: TokenID) {
        self.trie = trie
        self.scores = scores
        self.unknownID = unknownID
        unknownScore = lowest - 10
    }

    /// Appends the pieces of `text`, in order; `paths` is a buffer that serves one text after another.
    func append(
        _ text: UnsafeBufferPointer<UInt8>, to segments: inout [Segment], _ paths: inout [UnigramPath<Score>]
    ) {
        paths.removeAll(keepingCapacity: true)
        paths += repeatElement(UnigramPath(), count: text.count + 1)
        paths.withUnsafeMutableBufferPointer { fill($0, text) }
        let first = segments.count
        var end = text.count
        while end > 0 {
            let start = Int(paths[end].start)
            segments.append(Segment(id: paths[end].id, length: Int32(end - start)))
            end = start
        }
        segments[first...].reverse()
    }

    private func fill(_ best: UnsafeMutableBufferPointer<UnigramPath<Score>>, _ text: UnsafeBufferPointer<UInt8>) {
        func offer(_ id: TokenID, _ score: Score, from start: Int, to end: Int) {
            if best[end].start < 0 || score > best[end].score {
                best[end] = UnigramPath(score: score, start: Int32(start), id: id)
            }
        }
        var frontier = 0
        var start = 0
        while start < text.count {
            let characterEnd = min(text.count, start + UTF8Scan.length(lead: text[start]))
            if abs(best[start].score) > recentreLimit { recentre(best, from: start, through: frontier) }
            let score = best[start].score
            var coversCharacter = false
            var node = ByteTrie.root
            var end = start
            while end < text.count {
                node = trie.child(of: node, text[end])
                if node == ByteTrie.none { break }
                end += 1
                let id = trie.value(at: node)
                if id < 0 { continue }
                offer(id, scores[Int(id)] + score, from: start, to: end)
                frontier = max(frontier, end)
                if end == characterEnd { coversCharacter = true }
            }
            if !coversCharacter {
                offer(unknownID, unknownScore + score, from: start, to: characterEnd)
                frontier = max(frontier, characterEnd)
            }
            start = characterEnd
        }
    }

    private func recentre(_ best: UnsafeMutableBufferPointer<UnigramPath<Score>>, from start: Int, through end: Int) {
        let score = best[start].score
        for position in start...max(start, end) where position == start || best[position].start >= 0 {
            best[position].score -= score
        }
    }
}
