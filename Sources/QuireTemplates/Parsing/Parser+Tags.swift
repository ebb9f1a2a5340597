extension Parser {
    /// `{% if %} … {% elif %} … {% else %} … {% endif %}`
    mutating func branches() throws(TemplateError) -> Statement.Node {
        var branches: [Statement.Branch] = []
        repeat {
            advance()
            let test = try tupleOrExpression(allowsConditional: false)
            branches.append(Statement.Branch(test: test, body: try tagBody(until: ["elif", "else", "endif"])))
        } while current.isName("elif")
        let otherwise = advance().isName("else") ? try statements(inside: "endif") : []
        return .branches(branches, otherwise: otherwise)
    }

    /// `{% set a = 1 %}`, `{% set a, b = … %}`, `{% set namespace.a = 1 %}` or `{% set a %}…{% endset %}`
    mutating func assignment() throws(TemplateError) -> Statement.Node {
        advance()
        let target = try target(allowsAttributes: true)
        if takeSymbol("=") { return .assignment(target, try tupleOrExpression()) }
        let filters = current.isSymbol("|") ? try self.filters(of: captured()) : nil
        let body = try scoped { parser throws(TemplateError) in try parser.statements(inside: "endset") }
        return .captureAssignment(target, filters: filters, body)
    }

    /// `{% filter upper %}…{% endfilter %}`
    mutating func filterBlock() throws(TemplateError) -> Statement.Node {
        advance()
        let first = try filter(of: captured())
        let filters = try self.filters(of: first)
        return .filterBlock(
            filters, try scoped { parser throws(TemplateError) in try parser.statements(inside: "endfilter") })
    }

    /// `{% with a = 1, b = 2 %}…{% endwith %}`
    mutating func with() throws(TemplateError) -> Statement.Node {
        advance()
        var assignments: [(target: Target, value: Expression)] = []
        while current.kind != .tagEnd {
            if !assignments.isEmpty { try expectSymbol(",") }
            let target = try target(allowsAttributes: false)
            try expectSymbol("=")
            assignments.append((target, try expression()))
        }
        return .with(
            assignments, try scoped { parser throws(TemplateError) in try parser.statements(inside: "endwith") })
    }

    /// `{% block name %}…{% endblock %}`
    mutating func block() throws(TemplateError) -> Statement.Node {
        let start = advance()
        let name = try expectIdentifier().text
        let isScoped = takeName("scoped")
        let isRequired = takeName("required")
        guard !current.isSymbol("-") else {
            throw error(
                "Block names in Jinja have to be valid Python identifiers and may not contain hyphens, use an underscore "
                    + "instead.")
        }
        let body = try isolated { parser throws(TemplateError) in try parser.statements(inside: "endblock") }
        if isRequired, !body.statements.allSatisfy(\.isBlank) {
            throw error("Required blocks can only contain comments or whitespace")
        }
        _ = takeName(name)
        guard blocks[name] == nil else {
            throw TemplateError(.assertion, "block \(name.pythonQuoted) defined twice", at: start.position)
        }
        let block = Statement.NamedBlock(name: name, isScoped: isScoped, isRequired: isRequired, body: body)
        blocks[name] = block
        return .block(block)
    }

    func captured() -> Expression { Expression(position: current.position, node: .captured) }

    /// Statements with variables of their own.
    mutating func scoped(
        _ parse: (inout Parser) throws(TemplateError) -> [Statement]
    ) throws(TemplateError) -> Body {
        let scope = newScope()
        return Body(statements: try parse(&self), scope: scope)
    }

    /// Statements with variables of their own that `break` cannot leave.
    mutating func isolated(
        _ parse: (inout Parser) throws(TemplateError) -> [Statement]
    ) throws(TemplateError) -> Body {
        let couldBreak = canBreak
        canBreak = false
        defer { canBreak = couldBreak }
        return try scoped(parse)
    }
}

extension Statement {
    fileprivate var isBlank: Bool {
        if case .text(let text) = node { text.unicodeScalars.allSatisfy(\.isPythonSpace) } else { false }
    }
}
