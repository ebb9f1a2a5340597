/// The most probable pieces of a word, as the tokenizers library finds them: every piece of the vocabulary takes part.
struct UnigramModel: WordModel {
    let vocabulary: Vocabulary
    let unknownID: TokenID
    let showsUnknownText = true
    private let lattice: UnigramLattice<Double>
    private let fusesUnknown: Bool
    /// The ids of `<0x00>` to `<0xFF>`; empty without byte fallback.
    private let byteIDs: [TokenID]

    /// - Parameter scores: by id.
    init(_ vocabulary: Vocabulary, scores: [Double], unknownID: TokenID, byteFallback: Bool, fusesUnknown: Bool = true)
    {
        self.vocabulary = vocabulary
        self.unknownID = unknownID
        self.fusesUnknown = fusesUnknown
        byteIDs = byteFallback ? vocabulary.byteIDs : []
        var trie = ByteTrie()
        for id in 0..<TokenID(vocabulary.count) where vocabulary.contains(id) {
            trie.insert(vocabulary.piece(id), id)
        }
        lattice = UnigramLattice(
            trie: trie, scores: scores, lowest: scores.min() ?? 0, unknownID: unknownID)
    }

    func append(_ word: UnsafeBufferPointer<UInt8>, to segments: inout [Segment], _ scratch: inout WordScratch) {
        let first = segments.count
        lattice.append(word, to: &segments, &scratch.paths)
        let found = segments[first...]
        guard found.contains(where: { $0.id == unknownID }) else { return }
        let pieces = Array(found)
        segments.removeSubrange(first...)
        var position = 0
        var index = 0
        while index < pieces.count {
            var length = pieces[index].length
            let isUnknown = pieces[index].id == unknownID
            if isUnknown, fusesUnknown {
                while index + 1 < pieces.count, pieces[index + 1].id == unknownID {
                    index += 1
                    length += pieces[index].length
                }
            }
            let text = UnsafeBufferPointer(rebasing: word[position..<position + Int(length)])
            if isUnknown { appendUnknown(text, to: &segments) } else { segments.append(pieces[index]) }
            position += Int(length)
            index += 1
        }
    }

    private func appendUnknown(_ text: UnsafeBufferPointer<UInt8>, to segments: inout [Segment]) {
        let whole = vocabulary.id(of: text)
        if whole < 0, !byteIDs.isEmpty, text.allSatisfy({ byteIDs[Int($0)] >= 0 }) {
            for byte in text {
                segments.append(Segment(id: byteIDs[Int(byte)], length: 1))
            }
        } else {
            segments.append(Segment(id: whole < 0 ? unknownID : whole, length: Int32(text.count)))
        }
    }
}
