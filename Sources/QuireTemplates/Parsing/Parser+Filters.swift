extension Parser {
    /// A filter behind its bar.
    mutating func filter(of base: Expression) throws(TemplateError) -> Expression {
        let token = try expectIdentifier()
        let name = try dotted(token.text)
        let arguments = current.isSymbol("(") ? try callArguments() : .none
        let reference = FilterReference(name: name, filter: Filters.named(name))
        return Expression(position: token.position, node: .filter(base, reference, arguments))
    }

    /// Any number of filters, with their bars.
    mutating func filters(of base: Expression) throws(TemplateError) -> Expression {
        var value = base
        var chain = 0
        while takeSymbol("|") {
            value = try filter(of: value)
            try lengthen(&chain)
        }
        return value
    }

    /// `is test`, `is not test`, `is test argument` or `is test(arguments)`
    mutating func test(of base: Expression) throws(TemplateError) -> Expression {
        let position = advance().position
        let isNegated = takeName("not")
        let name = try dotted(try expectIdentifier().text)
        var arguments = CallArguments.none
        if current.isSymbol("(") {
            arguments = try callArguments()
        } else if startsArgument {
            guard !current.isName("is") else { throw error("You cannot chain multiple tests with is") }
            var chain = 0
            try nest()
            defer { nesting -= 1 }
            arguments.positional = [try postfix(of: try primary(), &chain)]
        }
        let reference = TestReference(name: name, test: Tests.named(name))
        let test = Expression(position: position, node: .test(base, reference, arguments))
        return isNegated ? Expression(position: position, node: .negation(test)) : test
    }

    private var startsArgument: Bool {
        switch current.kind {
        case .name: !["else", "or", "and"].contains(current.text)
        case .string, .integer, .float: true
        case .symbol: current.text == "[" || current.text == "{"
        default: false
        }
    }

    private mutating func dotted(_ first: String) throws(TemplateError) -> String {
        var name = first
        while takeSymbol(".") { name += "." + (try expectIdentifier().text) }
        return name
    }
}
