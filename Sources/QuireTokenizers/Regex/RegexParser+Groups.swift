extension RegexParser {
    /// A group from its parenthesis on; nil where it only sets options.
    mutating func group() throws(RegexError) -> RegexNode? {
        let start = position
        position += 1
        if !skip("?") { return try closed(alternation(), from: start) }
        if skip(":") { return try closed(alternation(), from: start) }
        if skip(">") { return .atomic(try closed(alternation(), from: start)) }
        if skip("=") { return .look(try closed(alternation(), from: start), .ahead, negated: false) }
        if skip("!") { return .look(try closed(alternation(), from: start), .ahead, negated: true) }
        if skip("<=") { return try lookBehind(negated: false, from: start) }
        if skip("<!") { return try lookBehind(negated: true, from: start) }
        if skip("<") { return try named(end: ">", from: start) }
        if skip("'") { return try named(end: "'", from: start) }
        return try optionGroup(from: start)
    }

    private mutating func closed(_ node: RegexNode, from start: Int) throws(RegexError) -> RegexNode {
        guard skip(")") else { throw error("an unclosed group", at: start) }
        return node
    }

    private mutating func named(end: String, from start: Int) throws(RegexError) -> RegexNode {
        while !isAtEnd {
            if skip(end) { return try closed(alternation(), from: start) }
            position += 1
        }
        throw error("an unclosed group name", at: start)
    }

    private mutating func lookBehind(negated: Bool, from start: Int) throws(RegexError) -> RegexNode {
        let body = try closed(alternation(), from: start)
        let alternatives: [RegexNode]
        if case .alternation(let parts) = body { alternatives = parts } else { alternatives = [body] }
        guard alternatives.allSatisfy({ $0.fixedLength != nil }) else {
            throw error("a look-behind whose length varies", at: start)
        }
        // Alternatives may differ in length: each looks behind on its own.
        let looks = alternatives.map { RegexNode.look($0, .behind, negated: negated) }
        if looks.count == 1 { return looks[0] }
        return negated ? .sequence(looks) : .alternation(looks)
    }

    /// `(?i)`, `(?i-m)` or `(?i:…)`.
    private mutating func optionGroup(from start: Int) throws(RegexError) -> RegexNode? {
        let outer = options
        var value = true
        while let next = current {
            position += 1
            switch next {
            case "i": options.ignoresCase = value
            case "m": options.dotMatchesNewline = value
            case "x": options.isExtended = value
            case "-": value = false
            case ")": return nil
            case ":":
                let node = try closed(alternation(), from: start)
                options = outer
                return node
            default:
                throw error("'(?\(next)', which is no group; expected (?:, (?=, (?!, (?<=, (?<!, (?>, (?i:", at: start)
            }
        }
        throw error("an unclosed group", at: start)
    }
}
