extension Parser {
    /// `{% macro name(a, b=1) %}…{% endmacro %}`
    mutating func macro() throws(TemplateError) -> Statement.Node {
        advance()
        let name = try expectIdentifier()
        // The name is a variable of the scope around the macro.
        _ = names.id(of: name.text)
        return .macro(try macro(named: name.text, parameters: try parameters(), ending: "endmacro", at: name.position))
    }

    /// `{% call(a) function(b) %}…{% endcall %}`
    mutating func callBlock() throws(TemplateError) -> Statement.Node {
        let start = advance()
        let parameters = current.isSymbol("(") ? try parameters() : []
        let call = try expression()
        guard case .call = call.node else { throw error("expected call", at: start.position) }
        let macro = try macro(named: "", parameters: parameters, ending: "endcall", at: start.position)
        return .callBlock(macro, call: call)
    }

    /// `{% generation %}…{% endgeneration %}` marks what a model says; rendering leaves it as it is.
    mutating func generation() throws(TemplateError) -> Statement.Node {
        let start = advance()
        return .generation(try macro(named: "", parameters: [], ending: "endgeneration", at: start.position))
    }

    private mutating func parameters() throws(TemplateError) -> [Statement.Parameter] {
        try expectSymbol("(")
        var parameters: [Statement.Parameter] = []
        var needsFallback = false
        while !current.isSymbol(")") {
            if !parameters.isEmpty { try expectSymbol(",") }
            let name = names.id(of: try expectIdentifier().text)
            let fallback = takeSymbol("=") ? try expression() : nil
            guard fallback != nil || !needsFallback else {
                throw error("non-default argument follows default argument")
            }
            needsFallback = fallback != nil
            parameters.append(Statement.Parameter(name: name, fallback: fallback))
        }
        try expectSymbol(")")
        return parameters
    }

    private mutating func macro(
        named name: String, parameters: [Statement.Parameter], ending: String, at position: TemplatePosition
    ) throws(TemplateError) -> Statement.Macro {
        let body = try isolated { parser throws(TemplateError) in try parser.statements(inside: ending) }
        let special = ["caller", "kwargs", "varargs"].map { names.id(of: $0) }
        let undeclared = UndeclaredNames(special, in: body.statements).found
        let declared = parameters.map(\.name)
        if undeclared.contains(special[0]),
            parameters.contains(where: { $0.name == special[0] && $0.fallback == nil })
        {
            throw TemplateError(
                .assertion,
                "When defining macros or call blocks the special \"caller\" argument must be omitted or be given a "
                    + "default.", at: position)
        }
        return Statement.Macro(
            name: name, parameters: parameters, body: body, usesCaller: undeclared.contains(special[0]),
            usesExtraPositional: undeclared.contains(special[2]) && !declared.contains(special[2]),
            usesExtraNamed: undeclared.contains(special[1]) && !declared.contains(special[1]))
    }
}
