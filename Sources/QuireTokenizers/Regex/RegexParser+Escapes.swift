extension RegexParser {
    /// What an escape outside a class stands for; the backslash is already read.
    mutating func escape() throws(RegexError) -> RegexNode {
        let start = position - 1
        guard let next = current else { throw error("a backslash at the end", at: start) }
        switch next {
        case "A": return anchor(.textStart)
        case "z": return anchor(.textEnd)
        case "Z": return anchor(.textEndOrLastNewline)
        case "b": return anchor(.wordBoundary)
        case "B": return anchor(.notWordBoundary)
        case "R":
            position += 1
            let pair = RegexNode.sequence([.scalar(ScalarRanges(0x0D)), .scalar(ScalarRanges(0x0A))])
            let single = RegexNode.scalar(ScalarRanges([0x0A...0x0D, 0x85...0x85, 0x2028...0x2029]))
            return .atomic(.alternation([pair, single]))
        case "1"..."9", "k", "g", "K", "G", "X":
            throw error("\\\(next), which is not supported", at: start)
        default:
            if let set = try setEscape() { return .scalar(set) }
            return .scalar(literal(try scalarEscape()))
        }
    }

    private mutating func anchor(_ anchor: RegexNode.Anchor) -> RegexNode {
        position += 1
        return .anchor(anchor)
    }

    /// The set that an escape such as `\s` or `\p{L}` stands for; nil where it is one character.
    mutating func setEscape() throws(RegexError) -> ScalarRanges? {
        guard let next = current else { return nil }
        let properties = UnicodeProperties.shared
        let set: ScalarRanges
        switch next {
        case "s", "S": set = properties.whitespace
        case "w", "W": set = CharacterClass.regexWord
        case "d", "D": set = properties.ranges { $0 == .decimalNumber }
        case "h", "H": set = ScalarRanges([0x30...0x39, 0x41...0x46, 0x61...0x66])
        case "p", "P": return try property(negated: next == "P")
        default: return nil
        }
        position += 1
        return next.value < 0x61 ? set.inverted : set
    }

    private mutating func property(negated: Bool) throws(RegexError) -> ScalarRanges {
        let start = position - 1
        position += 1
        guard skip("{") else { throw error("\\p without {", at: start) }
        var inverts = negated
        if skip("^") { inverts.toggle() }
        var name = ""
        while let next = current, next != "}" {
            name.unicodeScalars.append(next)
            position += 1
        }
        guard skip("}") else { throw error("an unclosed \\p{", at: start) }
        guard let set = UnicodeProperties.shared.set(named: name) else {
            throw error(
                "the unknown property '\(name)'; known are general categories such as L or Lu, scripts such as Han, "
                    + "and names such as Alpha", at: start)
        }
        return inverts ? set.inverted : set
    }

    /// The character that an escape stands for.
    mutating func scalarEscape() throws(RegexError) -> UInt32 {
        let start = position - 1
        guard let next = current else { throw error("a backslash at the end", at: start) }
        position += 1
        switch next {
        case "n": return 0x0A
        case "t": return 0x09
        case "r": return 0x0D
        case "f": return 0x0C
        case "v": return 0x0B
        case "a": return 0x07
        case "e": return 0x1B
        case "0": return try code(radix: 8, atMost: 2, default: 0, from: start)
        case "u": return try code(radix: 16, exactly: 4, from: start)
        case "x":
            guard skip("{") else { return try code(radix: 16, atMost: 2, default: 0, from: start) }
            let value = try code(radix: 16, atMost: 8, from: start)
            guard skip("}") else { throw error("an unclosed \\x{", at: start) }
            return value
        default:
            let isLetter = next.properties.isAlphabetic && next.isASCII
            guard !isLetter else { throw error("the unknown escape \\\(next)", at: start) }
            return next.value
        }
    }

    private mutating func code(
        radix: Int, atMost limit: Int = 0, exactly count: Int? = nil, default missing: UInt32? = nil, from start: Int
    ) throws(RegexError) -> UInt32 {
        var digits = ""
        while digits.count < count ?? limit, let next = current, Int(String(next), radix: radix) != nil {
            digits.unicodeScalars.append(next)
            position += 1
        }
        if digits.isEmpty, let missing { return missing }
        guard count == nil || digits.count == count, let value = UInt32(digits, radix: radix),
            Unicode.Scalar(value) != nil
        else { throw error("an escape that is no character", at: start) }
        return value
    }
}
