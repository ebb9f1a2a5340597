/// Byte-pair encoding as the tokenizers library does it: the pair of neighbours whose rule comes first is merged, the
/// leftmost among equals, until no rule fits.
struct BPEModel: WordModel {
    let vocabulary: Vocabulary
    let unknownID: TokenID
    private let rules: BPERules
    private let options: BPEOptions
    /// The pieces of single ASCII characters, -1 for none.
    private let asciiIDs: [TokenID]
    /// The ids of `<0x00>` to `<0xFF>`; empty without byte fallback.
    private let byteIDs: [TokenID]

    /// Words of more characters are merged with a queue, shorter ones by looking for the best pair each time.
    private static let shortWord = 24

    init(_ vocabulary: Vocabulary, unknownID: TokenID, rules: BPERules, options: BPEOptions) {
        self.vocabulary = vocabulary
        self.unknownID = unknownID
        self.rules = rules
        self.options = options
        asciiIDs = (0..<128).map { vocabulary.id(of: [UInt8($0)]) }
        byteIDs = options.byteFallback ? vocabulary.byteIDs : []
    }

    func append(_ word: UnsafeBufferPointer<UInt8>, to segments: inout [Segment], _ scratch: inout WordScratch) {
        if options.ignoresMerges, word.count <= vocabulary.longestPiece {
            let id = vocabulary.id(of: word)
            if id >= 0 { return segments.append(Segment(id: id, length: Int32(word.count))) }
        }
        scratch.symbols.removeAll(keepingCapacity: true)
        appendSymbols(of: word, to: &scratch.symbols)
        if scratch.symbols.count > Self.shortWord {
            mergeLong(&scratch)
        } else {
            mergeShort(&scratch.symbols)
        }
        for symbol in scratch.symbols where symbol.length > 0 {
            segments.append(Segment(id: symbol.id, length: symbol.length))
        }
    }

    // MARK: Characters

    /// What a word starts from: its characters, or their bytes, or the unknown piece.
    private func appendSymbols(of word: UnsafeBufferPointer<UInt8>, to symbols: inout [MergeSymbol]) {
        // Unknown text waits for its neighbours, and as in the tokenizers library bytes may overtake it.
        var unknownLength: Int32 = 0
        func flushUnknown() {
            if unknownLength > 0 { symbols.append(MergeSymbol(id: unknownID, length: unknownLength)) }
            unknownLength = 0
        }
        var position = 0
        while position < word.count {
            let length = UTF8Scan.length(lead: word[position])
            let character = UnsafeBufferPointer(rebasing: word[position..<position + length])
            let isLast = position + length == word.count
            let id = id(of: character, isFirst: position == 0, isLast: isLast)
            if id >= 0 {
                flushUnknown()
                symbols.append(MergeSymbol(id: id, length: Int32(length)))
            } else if let bytes = fallback(character, isFirst: position == 0, isLast: isLast) {
                let part = Int32(bytes.count == length ? 1 : 0)
                for (index, id) in bytes.enumerated() {
                    // Bytes of a prefix or suffix cover nothing; the last takes what is left.
                    let covered = part > 0 ? 1 : index == bytes.count - 1 ? Int32(length) : 0
                    symbols.append(MergeSymbol(id: id, length: covered))
                }
            } else {
                if !options.fusesUnknown { flushUnknown() }
                unknownLength += Int32(length)
            }
            position += length
        }
        flushUnknown()
    }

    @inline(__always)
    private func id(of character: UnsafeBufferPointer<UInt8>, isFirst: Bool, isLast: Bool) -> TokenID {
        if options.isPlain { return character.count == 1 ? asciiIDs[Int(character[0])] : vocabulary.id(of: character) }
        return vocabulary.id(of: options.spelled(character, isFirst: isFirst, isLast: isLast))
    }

    /// The byte pieces of a character that has no piece, if all are there.
    private func fallback(
        _ character: UnsafeBufferPointer<UInt8>, isFirst: Bool, isLast: Bool
    ) -> [TokenID]? {
        if byteIDs.isEmpty { return nil }
        let spelled = options.isPlain ? Array(character) : options.spelled(character, isFirst: isFirst, isLast: isLast)
        let ids = spelled.map { byteIDs[Int($0)] }
        return ids.contains { $0 < 0 } ? nil : ids
    }

    func endOfPart(of word: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let neighbours = rules.neighbours, options.isPlain else { return word.count }
        if options.ignoresMerges, start == 0, word.count <= vocabulary.longestPiece { return word.count }
        var position = start
        var previous: TokenID = -1
        while position < word.count {
            let length = UTF8Scan.length(lead: word[position])
            let id =
                length == 1
                ? asciiIDs[Int(word[position])]
                : vocabulary.id(of: UnsafeBufferPointer(rebasing: word[position..<position + length]))
            // Characters without a piece stay with their neighbours.
            if previous >= 0, id >= 0, neighbours.lookUp(previous, id) == nil { return position }
            previous = id
            position += length
        }
        return word.count
    }

    // MARK: Merging

    private func mergeShort(_ symbols: inout [MergeSymbol]) {
        while symbols.count > 1 {
            var best: PairTable.Entry?
            var place = 0
            for index in 1..<symbols.count {
                guard let rule = rules.merges.lookUp(symbols[index - 1].id, symbols[index].id) else { continue }
                if best.map({ rule.rank > $0.rank }) ?? true { (best, place) = (rule, index - 1) }
            }
            guard let best else { return }
            symbols[place].id = best.symbol
            symbols[place].length += symbols[place + 1].length
            symbols.remove(at: place + 1)
        }
    }

    private func mergeLong(_ scratch: inout WordScratch) {
        let count = Int32(scratch.symbols.count)
        for index in 0..<count {
            scratch.symbols[Int(index)].previous = index - 1
            scratch.symbols[Int(index)].next = index + 1 < count ? index + 1 : -1
            if index > 0 { propose(index - 1, index, &scratch) }
        }
        while let top = scratch.agenda.popFirst() {
            let left = Int(top.left)
            let right = Int(top.right)
            // A pair is stale once either side has changed: the rule is another, or there is none.
            guard scratch.symbols[left].next == top.right,
                rules.merges.lookUp(scratch.symbols[left].id, scratch.symbols[right].id)?.symbol == top.merged
            else { continue }
            let next = scratch.symbols[right].next
            scratch.symbols[left].id = top.merged
            scratch.symbols[left].length += scratch.symbols[right].length
            scratch.symbols[left].next = next
            scratch.symbols[right].length = 0
            // Whatever was proposed from here is stale.
            scratch.symbols[right].next = -1
            if next >= 0 {
                scratch.symbols[Int(next)].previous = top.left
                propose(top.left, next, &scratch)
            }
            let previous = scratch.symbols[left].previous
            if previous >= 0 { propose(previous, top.left, &scratch) }
        }
    }

    @inline(__always)
    private func propose(_ left: Int32, _ right: Int32, _ scratch: inout WordScratch) {
        let pair = (scratch.symbols[Int(left)].id, scratch.symbols[Int(right)].id)
        guard let rule = rules.merges.lookUp(pair.0, pair.1) else { return }
        scratch.agenda.push(
            MergeAgenda.Candidate(rank: rule.rank, left: left, right: right, merged: rule.symbol))
    }
}

/// A piece of a word that is being merged, linked to its neighbours where the word is long.
struct MergeSymbol {
    var id: TokenID
    /// In bytes of the word; 0 once it is merged into its left neighbour.
    var length: Int32
    var previous: Int32 = -1
    var next: Int32 = -1
}

/// How a vocabulary spells characters.
struct BPEOptions: Sendable {
    /// In front of every character of a word but the first.
    var continuingPrefix: [UInt8] = []
    /// After the last character of a word.
    var endSuffix: [UInt8] = []
    /// Characters without a piece are spelled in bytes.
    var byteFallback = false
    /// Unknown characters that touch are one token.
    var fusesUnknown = false
    /// A word that is a piece is taken whole.
    var ignoresMerges = false

    var isPlain: Bool { continuingPrefix.isEmpty && endSuffix.isEmpty }

    func spelled(_ character: UnsafeBufferPointer<UInt8>, isFirst: Bool, isLast: Bool) -> [UInt8] {
        (isFirst ? [] : continuingPrefix) + character + (isLast ? endSuffix : [])
    }
}
