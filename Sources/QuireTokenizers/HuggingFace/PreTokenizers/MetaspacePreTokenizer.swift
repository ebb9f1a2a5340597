/// Writes spaces as another character and lets every word start with it.
struct MetaspacePreTokenizer: PreTokenizer {
    /// Whether a text without a leading space gets one.
    enum PrependScheme: String, CaseIterable, Sendable {
        case always, never
        /// Only at the beginning of the input.
        case first
    }

    let replacement: [UInt8]
    let prependScheme: PrependScheme
    let splits: Bool

    func cut(_ words: inout Words) {
        words.rewrite { text, word, result in
            let first = text.bytes[word.lowerBound]
            let isSpaced = first == 0x20 || text.bytes[word].starts(with: replacement)
            let isStart = text.origin(of: word.lowerBound) == 0
            if !isSpaced, prependScheme == .always || prependScheme == .first && isStart {
                result.append(replacement, from: text.origin(of: word.lowerBound))
            }
            for index in word {
                if text.bytes[index] == 0x20 {
                    result.append(replacement, from: text.origin(of: index))
                } else {
                    result.append(text.bytes[index], from: text.origin(of: index))
                }
            }
        }
        if splits { PatternSplit(.string(replacement), .mergedWithNext).cut(&words) }
    }
}
