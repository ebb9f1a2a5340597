/// The longest piece that a word starts with, again and again; a word that does not come out is unknown as a whole.
struct WordPieceModel: WordModel {
    let vocabulary: Vocabulary
    let unknownID: TokenID
    /// Pieces as they are, and those that go on a word, without their prefix.
    private let starts: ByteTrie
    private let continuations: ByteTrie
    private let maxCharacters: Int

    init(_ vocabulary: Vocabulary, unknownID: TokenID, continuingPrefix: [UInt8], maxCharacters: Int) {
        self.vocabulary = vocabulary
        self.unknownID = unknownID
        self.maxCharacters = maxCharacters
        var starts = ByteTrie()
        var continuations = ByteTrie()
        for id in 0..<TokenID(vocabulary.count) where vocabulary.contains(id) {
            let piece = vocabulary.piece(id)
            starts.insert(piece, id)
            if piece.count > continuingPrefix.count, piece.starts(with: continuingPrefix) {
                continuations.insert(piece.dropFirst(continuingPrefix.count), id)
            }
        }
        self.starts = starts
        self.continuations = continuations
    }

    func append(_ word: UnsafeBufferPointer<UInt8>, to segments: inout [Segment], _ scratch: inout WordScratch) {
        let first = segments.count
        var position = 0
        let characters = word.count > maxCharacters ? word.count { $0 & 0xC0 != 0x80 } : 0
        while position < word.count {
            let trie = position == 0 ? starts : continuations
            guard characters <= maxCharacters, let match = trie.longestMatch(in: word, at: position) else {
                segments.removeSubrange(first...)
                return segments.append(Segment(id: unknownID, length: Int32(word.count)))
            }
            segments.append(Segment(id: match.value, length: Int32(match.end - position)))
            position = match.end
        }
    }
}

/// Words that are pieces; any other is unknown.
struct WordLevelModel: WordModel {
    let vocabulary: Vocabulary
    let unknownID: TokenID

    func append(_ word: UnsafeBufferPointer<UInt8>, to segments: inout [Segment], _ scratch: inout WordScratch) {
        let id = vocabulary.id(of: word)
        segments.append(Segment(id: id >= 0 ? id : unknownID, length: Int32(word.count)))
    }
}
