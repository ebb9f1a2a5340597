/// The most probable pieces, as the SentencePiece library finds them.
struct UnigramSegmenter: Segmenter {
    private let lattice: UnigramLattice<Float>

    init(_ vocabulary: SentencePieceVocabulary) {
        var trie = ByteTrie()
        var scores = vocabulary.scores
        var lowest = Float.greatestFiniteMagnitude
        for id in 0..<vocabulary.count {
            let spelling = vocabulary.spelling(of: TokenID(id))
            switch vocabulary.types[id] {
            case .normal: lowest = min(lowest, scores[id])
            // The bonus that makes user-defined pieces win.
            case .userDefined: scores[id] = Float(0.1 * Double(spelling.count - 1))
            default: continue
            }
            trie.insert(spelling, TokenID(id))
        }
        lattice = UnigramLattice(trie: trie, scores: scores, lowest: lowest, unknownID: vocabulary.unknownID)
    }

    func segments(of text: UnsafeBufferPointer<UInt8>) -> [Segment] {
        var segments: [Segment] = []
        var paths: [UnigramPath<Float>] = []
        lattice.append(text, to: &segments, &paths)
        return segments
    }
}
