/// A parsed regular expression.
indirect enum RegexNode {
    case empty
    /// One scalar of the set.
    case scalar(ScalarRanges)
    case sequence([RegexNode])
    /// The first alternative that leads to a match.
    case alternation([RegexNode])
    case repetition(RegexNode, min: Int, max: Int?, Greed)
    /// Once matched, never tried another way.
    case atomic(RegexNode)
    case look(RegexNode, Direction, negated: Bool)
    case anchor(Anchor)

    enum Greed {
        case greedy, lazy, possessive
    }

    enum Direction {
        case ahead, behind
    }

    enum Anchor: Sendable {
        case textStart, textEnd, textEndOrLastNewline, lineStart, lineEnd, wordBoundary, notWordBoundary
    }

    /// Whether it can match without taking a character.
    var isNullable: Bool {
        switch self {
        case .empty, .look, .anchor: true
        case .scalar: false
        case .sequence(let parts): parts.allSatisfy(\.isNullable)
        case .alternation(let parts): parts.contains(where: \.isNullable)
        case .repetition(let body, let min, _, _): min == 0 || body.isNullable
        case .atomic(let body): body.isNullable
        }
    }

    /// The number of scalars that it always takes, or nil where that varies.
    var fixedLength: Int? {
        switch self {
        case .empty, .look, .anchor: return 0
        case .scalar: return 1
        case .sequence(let parts):
            var total = 0
            for part in parts {
                guard let length = part.fixedLength else { return nil }
                total += length
            }
            return total
        case .alternation(let parts):
            guard let length = parts.first?.fixedLength else { return nil }
            return parts.allSatisfy { $0.fixedLength == length } ? length : nil
        case .repetition(let body, let min, let max, _):
            guard let length = body.fixedLength, min == max else { return nil }
            return length * min
        case .atomic(let body): return body.fixedLength
        }
    }

    /// The scalars that a match can start with; what matches nothing can start with any.
    var firstScalars: ScalarRanges {
        if isNullable { return .all }
        switch self {
        case .empty, .look, .anchor: return .all
        case .scalar(let set): return set
        case .sequence(let parts):
            var first = ScalarRanges.none
            for part in parts {
                if case .look = part { continue }
                if case .anchor = part { continue }
                first = first.union(part.nonEmptyFirstScalars)
                if !part.isNullable { break }
            }
            return first
        case .alternation(let parts):
            return parts.reduce(.none) { $0.union($1.firstScalars) }
        case .repetition(let body, _, _, _), .atomic(let body): return body.firstScalars
        }
    }

    /// As `firstScalars`, of the matches that take a character.
    private var nonEmptyFirstScalars: ScalarRanges {
        switch self {
        case .empty, .look, .anchor: return .none
        case .scalar(let set): return set
        case .sequence(let parts):
            var first = ScalarRanges.none
            for part in parts {
                first = first.union(part.nonEmptyFirstScalars)
                if !part.isNullable { break }
            }
            return first
        case .alternation(let parts): return parts.reduce(.none) { $0.union($1.nonEmptyFirstScalars) }
        case .repetition(let body, _, _, _), .atomic(let body): return body.nonEmptyFirstScalars
        }
    }
}

/// Why a regular expression cannot be used.
struct RegexError: Error, Equatable {
    /// In characters from the start of the pattern.
    var position: Int
    var problem: String
}
