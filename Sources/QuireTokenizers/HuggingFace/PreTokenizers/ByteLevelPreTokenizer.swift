/// GPT-2's: words by its pattern, and every byte written as the character that stands for it.
struct ByteLevelPreTokenizer: PreTokenizer {
    private let addsPrefixSpace: Bool
    private let split: PatternSplit?

    /// Source: GPT-2's `encoder.py`.
    static let words = TextPattern(
        known: #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#)

    init(addsPrefixSpace: Bool, splits: Bool) {
        self.addsPrefixSpace = addsPrefixSpace
        split = splits ? PatternSplit(.regex(Self.words), .isolated) : nil
    }

    func cut(_ words: inout Words) {
        if addsPrefixSpace {
            words.rewrite { text, word, result in
                if text.bytes[word.lowerBound] != 0x20 { result.append(0x20, from: text.origin(of: word.lowerBound)) }
                result.append(text, word)
            }
        }
        split?.cut(&words)
        words.rewrite { text, word, result in
            for index in word {
                ByteAlphabet.append(text.bytes[index], from: text.origin(of: index), to: &result)
            }
        }
    }
}
