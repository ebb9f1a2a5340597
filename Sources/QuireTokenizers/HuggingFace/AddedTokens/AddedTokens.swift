/// The added tokens of a tokenizer, and where they are in a text.
struct AddedTokens: Sendable {
    let tokens: [TokenID: AddedToken]
    private let ids: [[UInt8]: TokenID]
    /// Those that are looked for in the text as it is, and those that are looked for once it is normalized.
    private let raw: Finder
    private let normalized: Finder

    init(_ list: [AddedToken], normalizer: (any TextNormalizer)?) {
        tokens = Dictionary(list.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        ids = Dictionary(list.map { (Array($0.content.utf8), $0.id) }, uniquingKeysWith: { $1 })
        raw = Finder(list.filter { !$0.isNormalized }.map { (Array($0.content.utf8), $0) })
        normalized = Finder(
            list.filter(\.isNormalized).map { token in
                var content = token.content
                let text = content.withUTF8 { AlignedText($0, range: 0..<$0.count, recordsOrigins: false) }
                return (normalizer?.normalize(text).bytes ?? text.bytes, token)
            })
    }

    func id(of piece: String) -> TokenID? { ids[Array(piece.utf8)] }

    func rawMatches(in text: UnsafeBufferPointer<UInt8>) -> [Match] { raw.matches(in: text) }

    func normalizedMatches(in text: UnsafeBufferPointer<UInt8>) -> [Match] { normalized.matches(in: text) }

    /// A token and the text it takes, which may have whitespace around the token's own.
    struct Match {
        var id: TokenID
        var range: Range<Int>
        var text: String
    }

    /// Finds the longest of several tokens at the leftmost place.
    private struct Finder: Sendable {
        private var trie = ByteTrie()
        private var tokens: [AddedToken] = []
        /// The bytes that tokens start with.
        private var starts = [Bool](repeating: false, count: 256)

        init(_ list: [(content: [UInt8], token: AddedToken)]) {
            for (content, token) in list {
                guard let first = content.first else { continue }
                starts[Int(first)] = true
                trie.insert(content, Int32(tokens.count))
                tokens.append(token)
            }
        }

        func matches(in text: UnsafeBufferPointer<UInt8>) -> [Match] {
            var found: [Match] = []
            if tokens.isEmpty { return found }
            var position = 0
            var end = 0
            while position < text.count {
                guard starts[Int(text[position])], let match = trie.longestMatch(in: text, at: position) else {
                    position += 1
                    continue
                }
                let token = tokens[Int(match.value)]
                if let range = accepted(token, position..<match.end, after: end, in: text) {
                    let taken = String(decoding: text[range], as: UTF8.self)
                    found.append(Match(id: token.id, range: range, text: taken))
                    end = range.upperBound
                }
                position = match.end
            }
            return found
        }

        /// What a token takes where it was found, or nil where it may not stand.
        private func accepted(
            _ token: AddedToken, _ range: Range<Int>, after end: Int, in text: UnsafeBufferPointer<UInt8>
        ) -> Range<Int>? {
            var (low, high) = (range.lowerBound, range.upperBound)
            if token.isSingleWord {
                if low > 0, CharacterClass.word.match(in: text, at: UTF8Scan.start(before: low, in: text)) > 0 {
                    return nil
                }
                if CharacterClass.word.match(in: text, at: high) > 0 { return nil }
            }
            while token.stripsLeft, low > end {
                let start = UTF8Scan.start(before: low, in: text)
                if CharacterClass.whitespace.match(in: text, at: start) == 0 { break }
                low = start
            }
            while token.stripsRight {
                let length = CharacterClass.whitespace.match(in: text, at: high)
                if length == 0 { break }
                high += length
            }
            // What the token before took is not taken again.
            low = max(low, end)
            return low..<max(low, high)
        }
    }
}
