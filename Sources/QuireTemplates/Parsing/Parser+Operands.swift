extension Parser {
    /// A signed or plain value with what follows it: attributes, subscripts, calls, filters, tests.
    mutating func operand(allowsFilters: Bool = true) throws(TemplateError) -> Expression {
        try nest()
        defer { nesting -= 1 }
        let token = current
        var value: Expression
        if token.isSymbol("-") || token.isSymbol("+") {
            advance()
            value = Expression(
                position: token.position,
                node: .sign(isNegative: token.text == "-", try operand(allowsFilters: false)))
        } else {
            value = try primary()
        }
        var chain = 0
        value = try postfix(of: value, &chain)
        return allowsFilters ? try filtersAndTests(of: value, &chain) : value
    }

    /// A literal, a variable, or an expression in brackets.
    mutating func primary() throws(TemplateError) -> Expression {
        let token = current
        switch token.kind {
        case .name:
            advance()
            let literal: Expression.Literal
            switch token.text {
            case "true", "True": literal = .bool(true)
            case "false", "False": literal = .bool(false)
            case "none", "None": literal = .none
            default: return Expression(position: token.position, node: .name(names.id(of: token.text)))
            }
            return Expression(position: token.position, node: .literal(literal))
        case .string:
            // As in Python, strings side by side are one.
            var text = advance().text
            while current.kind == .string { text += advance().text }
            return Expression(position: token.position, node: .literal(.string(text)))
        case .integer:
            advance()
            return Expression(position: token.position, node: .literal(.integer(try integer(token))))
        case .float:
            advance()
            return Expression(position: token.position, node: .literal(.float(Double(token.text) ?? .infinity)))
        default:
            if token.isSymbol("(") { return try parenthesised() }
            if token.isSymbol("[") { return try list() }
            if token.isSymbol("{") { return try dictionary() }
            throw error("unexpected \(token.description.pythonQuoted)")
        }
    }

    private func integer(_ token: Token) throws(TemplateError) -> Int {
        let digits = token.text.lowercased()
        let value =
            if digits.hasPrefix("0x") { Int(digits.dropFirst(2), radix: 16) } else if digits.hasPrefix("0o") {
                Int(digits.dropFirst(2), radix: 8)
            } else if digits.hasPrefix("0b") { Int(digits.dropFirst(2), radix: 2) } else { Int(digits) }
        guard let value else {
            throw error("the number \(digits.prefix(40)) does not fit in 64 bits", at: token.position)
        }
        return value
    }

    private mutating func parenthesised() throws(TemplateError) -> Expression {
        advance()
        let value = try tupleOrExpression(isInParentheses: true)
        try expectSymbol(")")
        return value
    }

    private mutating func list() throws(TemplateError) -> Expression {
        let position = advance().position
        var elements: [Expression] = []
        while !current.isSymbol("]") {
            if !elements.isEmpty { try expectSymbol(",") }
            if current.isSymbol("]") { break }
            elements.append(try expression())
        }
        try expectSymbol("]")
        return Expression(position: position, node: .list(elements))
    }

    private mutating func dictionary() throws(TemplateError) -> Expression {
        let position = advance().position
        var pairs: [Expression.Pair] = []
        while !current.isSymbol("}") {
            if !pairs.isEmpty { try expectSymbol(",") }
            if current.isSymbol("}") { break }
            let key = try expression()
            try expectSymbol(":")
            pairs.append(.init(key: key, value: try expression()))
        }
        try expectSymbol("}")
        return Expression(position: position, node: .dictionary(pairs))
    }
}
