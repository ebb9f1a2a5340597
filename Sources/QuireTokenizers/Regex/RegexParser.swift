/// Reads a pattern in the syntax of Oniguruma, which published tokenizers are written in.
///
/// Not supported, and said so: back references, calls, conditions, absence operators, `\K`, `\G` and `\X`.
struct RegexParser {
    let pattern: [Unicode.Scalar]
    var position = 0
    var options = Options()
    /// The set that an item of a class turned out to be.
    var lastSet: ScalarRanges?
    private var depth = 0

    struct Options {
        var ignoresCase = false
        /// Whether `.` matches a newline.
        var dotMatchesNewline = false
        var isExtended = false
    }

    /// Patterns nest deeper only to break the parser.
    private static let maxDepth = 60
    /// The largest bound of a repetition: what it repeats is copied that often.
    private static let maxBound = 1_000

    static func parse(_ pattern: String) throws(RegexError) -> RegexNode {
        var parser = RegexParser(pattern: Array(pattern.unicodeScalars))
        let node = try parser.alternation()
        guard parser.isAtEnd else { throw parser.error("')' without '('") }
        return node
    }

    private init(pattern: [Unicode.Scalar]) {
        self.pattern = pattern
    }

    var isAtEnd: Bool { position == pattern.count }
    var current: Unicode.Scalar? { isAtEnd ? nil : pattern[position] }

    func error(_ problem: String, at place: Int? = nil) -> RegexError {
        RegexError(position: place ?? position, problem: problem)
    }

    /// Skips `text` if it comes next.
    mutating func skip(_ text: String) -> Bool {
        let scalars = Array(text.unicodeScalars)
        guard pattern[position...].starts(with: scalars) else { return false }
        position += scalars.count
        return true
    }

    mutating func alternation() throws(RegexError) -> RegexNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else { throw error("groups nested more than \(Self.maxDepth) deep") }
        let outer = options
        defer { options = outer }
        var alternatives = [try sequence()]
        while skip("|") {
            alternatives.append(try sequence())
        }
        return alternatives.count == 1 ? alternatives[0] : .alternation(alternatives)
    }

    private mutating func sequence() throws(RegexError) -> RegexNode {
        var parts: [RegexNode] = []
        while let next = current, next != "|", next != ")" {
            if options.isExtended {
                if next.properties.isWhitespace {
                    position += 1
                    continue
                }
                if next == "#" {
                    while let skipped = current, skipped != "\n" {
                        _ = skipped
                        position += 1
                    }
                    continue
                }
            }
            if skip("(?#") {
                try skipComment()
                continue
            }
            let start = position
            guard let atom = try atom() else {
                // `(?i)` holds to the end of the group, over alternatives too.
                let rest = try alternation()
                parts.append(rest)
                continue
            }
            parts.append(try quantified(atom, from: start))
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
    }

    private mutating func skipComment() throws(RegexError) {
        let start = position
        while !isAtEnd {
            if skip(")") { return }
            position += 1
        }
        throw error("an unclosed comment", at: start)
    }

    /// One item without its quantifier; nil where options were set for what follows.
    private mutating func atom() throws(RegexError) -> RegexNode? {
        guard let next = current else { return .empty }
        switch next {
        case "(": return try group()
        case "[":
            position += 1
            return .scalar(try characterClass())
        case ".":
            position += 1
            return .scalar(options.dotMatchesNewline ? .all : ScalarRanges(0x0A).inverted)
        case "^":
            position += 1
            return .anchor(.lineStart)
        case "$":
            position += 1
            return .anchor(.lineEnd)
        case "\\":
            position += 1
            return try escape()
        case "*", "+", "?": throw error("'\(next)' with nothing to repeat")
        default:
            position += 1
            return .scalar(literal(next.value))
        }
    }

    func literal(_ scalar: UInt32) -> ScalarRanges {
        let set = ScalarRanges(scalar)
        return options.ignoresCase ? CaseFolding.closure(of: set) : set
    }

    /// Reads the quantifiers after an atom that began at `start`.
    private mutating func quantified(_ atom: RegexNode, from start: Int) throws(RegexError) -> RegexNode {
        var node = atom
        while let next = current {
            let bounds: (min: Int, max: Int?)
            var isInterval = false
            switch next {
            case "*": bounds = (0, nil)
            case "+": bounds = (1, nil)
            case "?": bounds = (0, 1)
            case "{":
                guard let found = try interval() else { return node }
                bounds = found
                isInterval = true
            default: return node
            }
            if !isInterval { position += 1 }
            var greed = RegexNode.Greed.greedy
            if skip("?") {
                greed = .lazy
            } else if !isInterval, skip("+") {
                // After an interval, `+` repeats the interval.
                greed = .possessive
            }
            guard !node.isNullable || bounds.max == 1 else {
                throw error("a repeated group that can match nothing", at: start)
            }
            node = .repetition(node, min: bounds.min, max: bounds.max, greed)
        }
        return node
    }

    /// `{n}`, `{n,}`, `{,m}` or `{n,m}`; nil where the brace is an ordinary character.
    private mutating func interval() throws(RegexError) -> (min: Int, max: Int?)? {
        let start = position
        position += 1
        let low = number()
        var high = low
        if skip(",") { high = number() }
        let hasComma = position > 0 && pattern[start..<position].contains(",")
        guard skip("}"), low != nil || (hasComma && high != nil) else {
            position = start
            return nil
        }
        let bounds = (min: low ?? 0, max: hasComma ? high : low)
        guard bounds.min <= Self.maxBound, bounds.max ?? 0 <= Self.maxBound else {
            throw error("a repetition of more than \(Self.maxBound)", at: start)
        }
        guard bounds.min <= bounds.max ?? Int.max else {
            throw error("a repetition whose bounds are swapped", at: start)
        }
        return bounds
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let digit = current.flatMap({ Int(String($0)) }), (0...9).contains(digit) {
            value = min(1_000_000, (value ?? 0) * 10 + digit)
            position += 1
        }
        return value
    }
}
