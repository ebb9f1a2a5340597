/// Finds the sequence of pieces with the highest sum of scores, by Viterbi's algorithm over byte positions.
///
/// Costs O(text bytes × longest piece). Ties go to the path whose last piece starts earlier.
struct UnigramSegmenter: Segmenter {
    /// NORMAL and USER_DEFINED pieces.
    private let trie: ByteTrie
    /// By id; user-defined pieces have the bonus that makes them win.
    private let scores: [Float]
    private let unknownID: TokenID
    private let unknownScore: Float

    /// How much worse than the worst piece an unknown character is.
    private static let unknownPenalty: Float = 10
    /// Beyond this, sums are moved back to zero, since float32 would round the differences that decide.
    private static let recentreLimit: Float = 100_000

    init(_ vocabulary: SentencePieceVocabulary) {
        var trie = ByteTrie()
        var scores = vocabulary.scores
        var lowest = Float.greatestFiniteMagnitude
        for id in 0..<vocabulary.count {
            let spelling = vocabulary.spelling(of: TokenID(id))
            switch vocabulary.types[id] {
            case .normal: lowest = min(lowest, scores[id])
            case .userDefined: scores[id] = Float(0.1 * Double(spelling.count - 1))
            default: continue
            }
            trie.insert(spelling, TokenID(id))
        }
        self.trie = trie
        self.scores = scores
        unknownID = vocabulary.unknownID
        unknownScore = lowest - Self.unknownPenalty
    }

    /// The best path that ends at a position.
    private struct Path {
        var score: Float = 0
        /// Where the path's last piece starts; -1 for no path.
        var start: Int32 = -1
        var id: TokenID = -1
    }

    func segments(of text: UnsafeBufferPointer<UInt8>) -> [Segment] {
        var best = [Path](repeating: Path(), count: text.count + 1)
        best.withUnsafeMutableBufferPointer { fill($0, text) }
        var segments: [Segment] = []
        var end = text.count
        while end > 0 {
            let start = Int(best[end].start)
            segments.append(Segment(id: best[end].id, length: Int32(end - start)))
            end = start
        }
        segments.reverse()
        return segments
    }

    private func fill(_ best: UnsafeMutableBufferPointer<Path>, _ text: UnsafeBufferPointer<UInt8>) {
        func offer(_ id: TokenID, _ score: Float, from start: Int, to end: Int) {
            if best[end].start < 0 || score > best[end].score {
                best[end] = Path(score: score, start: Int32(start), id: id)
            }
        }
        var frontier = 0
        var start = 0
        while start < text.count {
            let characterEnd = min(text.count, start + UTF8Scan.length(lead: text[start]))
            if abs(best[start].score) > Self.recentreLimit { recentre(best, from: start, through: frontier) }
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

    private func recentre(_ best: UnsafeMutableBufferPointer<Path>, from start: Int, through end: Int) {
        let score = best[start].score
        for position in start...max(start, end) where position == start || best[position].start >= 0 {
            best[position].score -= score
        }
    }
}
