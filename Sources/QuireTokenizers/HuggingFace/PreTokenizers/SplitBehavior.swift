/// What becomes of the places where a text is split.
enum SplitBehavior: String, CaseIterable, Sendable {
    case removed = "Removed"
    /// Each is a word.
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    /// Those that touch are one word.
    case contiguous = "Contiguous"

    /// Cuts a text that `matches` covers without gaps: delimiters and what is between them.
    func cut(_ matches: [(range: Range<Int>, isDelimiter: Bool)], _ part: (Range<Int>) -> Void) {
        switch self {
        case .removed:
            for match in matches where !match.isDelimiter { part(match.range) }
        case .isolated:
            for match in matches { part(match.range) }
        case .contiguous:
            merge(matches, part) { $0 == $1 }
        case .mergedWithPrevious:
            merge(matches, part) { previous, current in current && !previous }
        case .mergedWithNext:
            // Seen from the end, the next is the previous.
            var parts: [Range<Int>] = []
            var follows = false
            for match in matches.reversed() {
                if match.isDelimiter, !follows, let last = parts.last {
                    parts[parts.count - 1] = match.range.lowerBound..<last.upperBound
                } else {
                    parts.append(match.range)
                }
                follows = match.isDelimiter
            }
            parts.reversed().forEach(part)
        }
    }

    /// Joins a stretch to the one before it where `joins` says so.
    private func merge(
        _ matches: [(range: Range<Int>, isDelimiter: Bool)], _ part: (Range<Int>) -> Void,
        _ joins: (_ previous: Bool, _ current: Bool) -> Bool
    ) {
        var open: Range<Int>?
        var previous = false
        for match in matches {
            if let range = open, joins(previous, match.isDelimiter) {
                open = range.lowerBound..<match.range.upperBound
            } else {
                if let open { part(open) }
                open = match.range
            }
            previous = match.isDelimiter
        }
        if let open { part(open) }
    }
}
