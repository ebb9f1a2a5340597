extension Parser {
    /// Attributes, subscripts and calls.
    mutating func postfix(of base: Expression, _ chain: inout Int) throws(TemplateError) -> Expression {
        var value = base
        while current.kind == .symbol {
            switch current.text {
            case ".": value = try attribute(of: value)
            case "[": value = try subscripted(value)
            case "(": value = try call(of: value)
            default: return value
            }
            try lengthen(&chain)
        }
        return value
    }

    /// Filters, tests, and calls of what they give.
    mutating func filtersAndTests(of base: Expression, _ chain: inout Int) throws(TemplateError) -> Expression {
        var value = base
        while true {
            if takeSymbol("|") {
                value = try filter(of: value)
            } else if current.isName("is") {
                value = try test(of: value)
            } else if current.isSymbol("(") {
                value = try call(of: value)
            } else {
                return value
            }
            try lengthen(&chain)
        }
    }

    private mutating func attribute(of base: Expression) throws(TemplateError) -> Expression {
        let position = advance().position
        let token = advance()
        switch token.kind {
        case .name: return Expression(position: position, node: .attribute(base, token.text))
        case .integer:
            guard let index = Int(token.text) else { throw error("expected name or number", at: token.position) }
            let literal = Expression(position: token.position, node: .literal(.integer(index)))
            return Expression(position: position, node: .subscripted(base, literal))
        default: throw error("expected name or number", at: token.position)
        }
    }

    private mutating func subscripted(_ base: Expression) throws(TemplateError) -> Expression {
        let position = advance().position
        if let slice = try slice(of: base, at: position) { return slice }
        var indices: [Expression] = []
        while !current.isSymbol("]") {
            if !indices.isEmpty { try expectSymbol(",") }
            let index = try expression()
            if indices.isEmpty, current.isSymbol(":") { return try slice(of: base, from: index, at: position) }
            indices.append(index)
        }
        try expectSymbol("]")
        let only = indices.count == 1 ? indices.first : nil
        return Expression(
            position: position,
            node: .subscripted(base, only ?? Expression(position: position, node: .tuple(indices))))
    }

    /// A slice without a start, or `nil` where there is none.
    private mutating func slice(
        of base: Expression, at position: TemplatePosition
    ) throws(TemplateError) -> Expression? {
        current.isSymbol(":") ? try slice(of: base, from: nil, at: position) : nil
    }

    /// A slice from its first colon on.
    private mutating func slice(
        of base: Expression, from start: Expression?, at position: TemplatePosition
    ) throws(TemplateError) -> Expression {
        try expectSymbol(":")
        let stop = current.isSymbol("]") || current.isSymbol(":") ? nil : try expression()
        var step: Expression?
        if takeSymbol(":"), !current.isSymbol("]") { step = try expression() }
        guard takeSymbol("]") else { throw unexpected(expected: ",") }
        return Expression(
            position: position, node: .slice(base, .init(start: start, stop: stop, step: step)))
    }

    private mutating func call(of base: Expression) throws(TemplateError) -> Expression {
        let position = current.position
        return Expression(position: position, node: .call(base, try callArguments()))
    }

    /// `(a, b=1, *c, **d)`
    mutating func callArguments() throws(TemplateError) -> CallArguments {
        let start = current.position
        try expectSymbol("(")
        var arguments = CallArguments()
        var isFirst = true
        while !current.isSymbol(")") {
            if !isFirst {
                try expectSymbol(",")
                if current.isSymbol(")") { break }
            }
            isFirst = false
            var isValid = arguments.spreadNamed == nil
            if takeSymbol("*") {
                isValid = isValid && arguments.spread == nil
                arguments.spread = try expression()
            } else if takeSymbol("**") {
                arguments.spreadNamed = try expression()
            } else if current.kind == .name, following.isSymbol("=") {
                let name = advance().text
                advance()
                arguments.named.append((name, try expression()))
            } else {
                isValid = isValid && arguments.spread == nil && arguments.named.isEmpty
                arguments.positional.append(try expression())
            }
            guard isValid else { throw error("invalid syntax for function call expression", at: start) }
        }
        try expectSymbol(")")
        return arguments
    }
}
