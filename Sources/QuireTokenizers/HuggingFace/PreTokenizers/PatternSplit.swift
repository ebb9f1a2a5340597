/// Splits at the matches of a pattern, or at what is between them.
struct PatternSplit: PreTokenizer {
    let pattern: SplitPattern
    let behavior: SplitBehavior
    let isInverted: Bool

    init(_ pattern: SplitPattern, _ behavior: SplitBehavior, isInverted: Bool = false) {
        self.pattern = pattern
        self.behavior = behavior
        self.isInverted = isInverted
    }

    func cut(_ words: inout Words) {
        if behavior == .isolated { return isolate(&words) }
        var matches: [(range: Range<Int>, isDelimiter: Bool)] = []
        words.split { word, part in
            matches.removeAll(keepingCapacity: true)
            var position = 0
            pattern.forEachMatch(in: word) { match in
                if position < match.lowerBound { matches.append((position..<match.lowerBound, isInverted)) }
                matches.append((match, !isInverted))
                position = match.upperBound
            }
            if position < word.count { matches.append((position..<word.count, isInverted)) }
            behavior.cut(matches, part)
        }
    }

    /// The common case: every match and every gap is a word, whichever of them is the delimiter.
    private func isolate(_ words: inout Words) {
        words.split { word, part in
            var position = 0
            pattern.forEachMatch(in: word) { match in
                part(position..<match.lowerBound)
                part(match)
                position = match.upperBound
            }
            part(position..<word.count)
        }
    }
}

/// Splits at every character of a set.
struct CharacterSplit: PreTokenizer {
    let set: ScalarSet
    let behavior: SplitBehavior

    func cut(_ words: inout Words) {
        var matches: [(range: Range<Int>, isDelimiter: Bool)] = []
        words.split { word, part in
            matches.removeAll(keepingCapacity: true)
            var position = 0
            var open = 0
            while position < word.count {
                let length = set.match(in: word, at: position)
                if length > 0 {
                    if open < position { matches.append((open..<position, false)) }
                    matches.append((position..<position + length, true))
                    position += length
                    open = position
                } else {
                    position += UTF8Scan.length(lead: word[position])
                }
            }
            if open < position { matches.append((open..<position, false)) }
            behavior.cut(matches, part)
        }
    }
}
