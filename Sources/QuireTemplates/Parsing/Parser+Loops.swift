extension Parser {
    /// `{% for target in iterable if test recursive %} … {% else %} … {% endfor %}`
    mutating func loop() throws(TemplateError) -> Statement.Node {
        advance()
        loopCount += 1
        defer { loopCount -= 1 }
        let target = try target(allowsAttributes: false)
        try expectName("in")
        let iterable = try tupleOrExpression(allowsConditional: false)
        let testScope = newScope()
        let test = takeName("if") ? try expression() : nil
        let isRecursive = takeName("recursive")
        let couldBreak = canBreak
        canBreak = true
        let body = try scoped { parser throws(TemplateError) in try parser.tagBody(until: ["endfor", "else"]) }
        canBreak = couldBreak
        let otherwise =
            advance().isName("else")
            ? try scoped { parser throws(TemplateError) in try parser.statements(inside: "endfor") } : nil
        return .loop(
            Statement.Loop(
                target: target, iterable: iterable, test: test, isRecursive: isRecursive, body: body,
                otherwise: otherwise, testScope: testScope))
    }

    mutating func loopControl() throws(TemplateError) -> Statement.Node {
        let token = advance()
        let isBreak = token.text == "break"
        guard canBreak else {
            throw error(isBreak ? "'break' outside loop" : "'continue' not properly in loop", at: token.position)
        }
        return isBreak ? .stopLoop : .nextIteration
    }

    /// What a value is assigned to: a name, an attribute of a namespace, or several of them.
    mutating func target(
        allowsAttributes: Bool
    ) throws(TemplateError) -> Target {
        let start = current.position
        var targets: [Target] = []
        var hasComma = false
        while true {
            if !targets.isEmpty { try expectSymbol(",") }
            if isTupleEnd { break }
            targets.append(try singleTarget(allowsAttributes: allowsAttributes))
            guard current.isSymbol(",") else { break }
            hasComma = true
        }
        if hasComma { return .tuple(targets) }
        guard let target = targets.first else {
            throw error("Expected an expression, got \(current.description.pythonQuoted)", at: start)
        }
        return target
    }

    private mutating func singleTarget(allowsAttributes: Bool) throws(TemplateError) -> Target {
        try nest()
        defer { nesting -= 1 }
        let token = current
        if takeSymbol("(") {
            var targets: [Target] = []
            var hasComma = false
            while !current.isSymbol(")") {
                targets.append(try singleTarget(allowsAttributes: false))
                guard takeSymbol(",") else { break }
                hasComma = true
            }
            try expectSymbol(")")
            if !hasComma, let target = targets.first { return target }
            return .tuple(targets)
        }
        guard token.kind == .name, !Self.constants.contains(token.text) else {
            let value = try primary()
            throw error("can't assign to '\(Self.kind(of: value))'", at: token.position)
        }
        advance()
        if allowsAttributes, takeSymbol(".") {
            return .attribute(names.id(of: token.text), try expectIdentifier().text)
        }
        if token.text == "loop", loopCount > 0 {
            throw TemplateError(
                .assertion, "Can't assign to special loop variable in for-loop target", at: token.position)
        }
        return .name(names.id(of: token.text))
    }

    private static func kind(of value: Expression) -> String {
        switch value.node {
        case .list: "list"
        case .dictionary: "dict"
        default: "const"
        }
    }

    static let constants: Set<String> = ["true", "false", "none", "True", "False", "None"]
}
