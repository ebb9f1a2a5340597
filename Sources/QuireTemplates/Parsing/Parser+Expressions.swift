extension Parser {
    /// An expression, or a tuple where commas follow.
    mutating func tupleOrExpression(
        allowsConditional: Bool = true, isInParentheses: Bool = false
    ) throws(TemplateError) -> Expression {
        let start = current.position
        var elements: [Expression] = []
        var isTuple = false
        while true {
            if !elements.isEmpty { try expectSymbol(",") }
            if isTupleEnd { break }
            elements.append(try expression(allowsConditional: allowsConditional))
            guard current.isSymbol(",") else { break }
            isTuple = true
        }
        if !isTuple {
            if let only = elements.first { return only }
            guard isInParentheses else {
                throw error("Expected an expression, got \(current.description.pythonQuoted)")
            }
        }
        return Expression(position: start, node: .tuple(elements))
    }

    var isTupleEnd: Bool { current.kind == .outputEnd || current.kind == .tagEnd || current.isSymbol(")") }

    /// `a if b else c`, which binds least.
    mutating func expression(allowsConditional: Bool = true) throws(TemplateError) -> Expression {
        try nest()
        defer { nesting -= 1 }
        var value = try operation(.disjunction)
        var chain = 0
        while allowsConditional, current.isName("if") {
            let position = advance().position
            try lengthen(&chain)
            let test = try operation(.disjunction)
            let otherwise = takeName("else") ? try expression() : nil
            value = Expression(position: position, node: .conditional(test: test, then: value, otherwise: otherwise))
        }
        return value
    }

    /// Counts a link of a chain such as `a + b + c`, whose tree is as deep as the chain is long.
    mutating func lengthen(_ chain: inout Int) throws(TemplateError) {
        chain += 1
        guard nesting + chain <= TemplateLimits.sourceDepth else {
            throw TemplateError(
                .limit, "the expression is nested deeper than \(TemplateLimits.sourceDepth)", at: current.position)
        }
    }
}
