/// The merges that a BPE vocabulary allows, over small integers instead of strings.
///
/// A symbol is a piece's id, or from `vocabularySize` on a character that is no piece of its own but part of one.
struct MergeRules: Sendable {
    /// Pieces that text can match, and characters, by spelling.
    let symbols: ByteTrie
    /// Two symbols that are neighbours → the piece that they spell together.
    let merges: PairTable
    /// The characters that are neighbours inside any piece. No merge crosses a place between two others.
    let neighbours: PairTable
    /// Whether a merge can lead to an unused piece, which is then taken apart again: the last merge proposed anywhere in
    /// the text decides how.
    let leadToUnused: Bool
    /// The spelled length of each piece, in bytes.
    let lengths: [Int32]

    /// Costs O(bytes of all pieces): prefixes are found by walking a trie, suffixes by walking a trie of reversed pieces.
    init(_ vocabulary: SentencePieceVocabulary) {
        var symbols = ByteTrie()
        var reversed = ByteTrie()
        let texts = (0..<vocabulary.count).filter { vocabulary.types[$0].isText }.map(TokenID.init)
        for id in texts {
            symbols.insert(vocabulary.spelling(of: id), id)
            reversed.insert(vocabulary.spelling(of: id).reversed(), id)
        }
        var nextSymbol = Int32(vocabulary.count)
        var neighbours = PairTable()
        for id in texts {
            var previous: Int32?
            for character in Self.characters(of: vocabulary.spelling(of: id)) {
                var symbol = symbols.value(for: character)
                if symbol < 0 {
                    symbol = nextSymbol
                    nextSymbol += 1
                    symbols.insert(character, symbol)
                    reversed.insert(character.reversed(), symbol)
                }
                if let previous { neighbours.insert(previous, symbol) }
                previous = symbol
            }
        }
        var merges = PairTable()
        var leadToUnused = false
        for id in texts {
            let spelling = vocabulary.spelling(of: id)
            let rank = Self.rank(of: vocabulary.scores[Int(id)])
            let prefixes = Self.values(along: spelling, in: symbols)
            let suffixes = Self.values(along: spelling.reversed(), in: reversed)
            for split in 1..<max(1, spelling.count) {
                let left = prefixes[split - 1]
                let right = suffixes[spelling.count - split - 1]
                guard left >= 0, right >= 0 else { continue }
                merges.insert(left, right, symbol: id, rank: rank)
                if vocabulary.types[Int(id)] == .unused { leadToUnused = true }
            }
        }
        self.symbols = symbols
        self.leadToUnused = leadToUnused
        self.merges = merges
        self.neighbours = neighbours
        lengths = (0..<vocabulary.count).map { Int32(vocabulary.spelling(of: TokenID($0)).count) }
    }

    /// The ids stored for the prefixes of `key`: entry `n` for the first `n + 1` bytes, -1 for none.
    private static func values(along key: some Collection<UInt8>, in trie: ByteTrie) -> [Int32] {
        var node = ByteTrie.root
        return key.map { byte in
            if node == ByteTrie.none { return -1 }
            node = trie.child(of: node, byte)
            return node == ByteTrie.none ? -1 : trie.value(at: node)
        }
    }

    private static func characters(of spelling: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var characters: [ArraySlice<UInt8>] = []
        var start = spelling.startIndex
        while start < spelling.endIndex {
            let end = start + UTF8Scan.length(lead: spelling[start])
            characters.append(spelling[start..<end])
            start = end
        }
        return characters
    }

    /// An integer that orders as the score does, with -0 below 0.
    private static func rank(of score: Float) -> UInt32 {
        let bits = score.bitPattern
        return bits >> 31 == 1 ? ~bits : bits | 0x8000_0000
    }
}
