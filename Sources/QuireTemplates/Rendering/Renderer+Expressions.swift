extension Renderer {
    func evaluate(_ expression: Expression, _ scope: Scope) throws(TemplateError) -> Value {
        try meter.step()
        switch expression.node {
        case .literal(let literal): return Value(literal)
        case .name(let name): return scope.value(of: name) ?? .undefined(name: program.template.names[name])
        case .captured: return captured
        default: break
        }
        try meter.enter()
        defer { meter.leave() }
        do {
            return try evaluateCompound(expression, scope)
        } catch {
            throw error.placed(at: expression.position)
        }
    }

    private func evaluateCompound(_ expression: Expression, _ scope: Scope) throws(TemplateError) -> Value {
        switch expression.node {
        case .literal, .name, .captured: return captured
        case .attribute(let base, let name): return try attribute(name, of: try evaluate(base, scope))
        case .subscripted(let base, let index):
            let value = try evaluate(base, scope)
            return try element(try evaluate(index, scope), of: value)
        case .call(let callee, let arguments): return try evaluateCall(callee, arguments, scope)
        case .filter(let base, let reference, let arguments):
            let value = try evaluate(base, scope)
            guard let filter = reference.filter else {
                throw TemplateError(.runtime, "No filter named \(reference.name.pythonQuoted) found.")
            }
            return try filter(self, value, try evaluate(arguments, scope))
        case .test(let base, let reference, let arguments):
            let value = try evaluate(base, scope)
            guard let test = reference.test else {
                throw TemplateError(.runtime, "No test named \(reference.name.pythonQuoted) found.")
            }
            return try test(self, value, try evaluate(arguments, scope))
        case .conjunction(let left, let right):
            let value = try evaluate(left, scope)
            return try isTrue(value) ? try evaluate(right, scope) : value
        case .disjunction(let left, let right):
            let value = try evaluate(left, scope)
            return try isTrue(value) ? value : try evaluate(right, scope)
        case .negation(let operand): return .bool(!(try isTrue(try evaluate(operand, scope))))
        case .comparison(let first, let comparisons): return try compare(first, comparisons, scope)
        case .conditional(let test, let then, let otherwise):
            if try isTrue(try evaluate(test, scope)) { return try evaluate(then, scope) }
            if let otherwise { return try evaluate(otherwise, scope) }
            return .undefined(
                "the inline if-expression on line \(expression.position.line) evaluated to false and no else section was "
                    + "defined.")
        case .concatenation(let operands): return try concatenate(operands, scope)
        case .arithmetic(let symbol, let left, let right):
            let value = try evaluate(left, scope)
            return try apply(symbol, value, try evaluate(right, scope))
        case .sign(let isNegative, let operand):
            return try withSign(isNegative: isNegative, try evaluate(operand, scope))
        case .slice(let base, let bounds): return try evaluateSlice(base, bounds, scope)
        case .tuple(let elements): return .tuple(try Elements(try evaluate(elements, scope)))
        case .list(let elements): return .list(try Elements(try evaluate(elements, scope)))
        case .dictionary(let pairs): return try evaluateDictionary(pairs, scope)
        }
    }

    private func evaluate(_ elements: [Expression], _ scope: Scope) throws(TemplateError) -> [Value] {
        try meter.allocate(elements: elements.count)
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for element in elements { values.append(try evaluate(element, scope)) }
        return values
    }

    private func evaluateDictionary(_ pairs: [Expression.Pair], _ scope: Scope) throws(TemplateError) -> Value {
        var members: [(key: Value, value: Value)] = []
        for pair in pairs {
            let key = try evaluate(pair.key, scope)
            members.append((key, try evaluate(pair.value, scope)))
        }
        return try dictionary(members)
    }

    private func concatenate(_ operands: [Expression], _ scope: Scope) throws(TemplateError) -> Value {
        var values: [Value] = []
        for operand in operands { values.append(try evaluate(operand, scope)) }
        var result = ""
        for value in values { try append(value, to: &result) }
        try meter.allocate(bytes: result.utf8.count)
        return .string(result)
    }

    private func compare(
        _ first: Expression, _ comparisons: [Expression.Comparison], _ scope: Scope
    ) throws(TemplateError) -> Value {
        var left = try evaluate(first, scope)
        for comparison in comparisons {
            let right = try evaluate(comparison.right, scope)
            guard try compare(left, comparison.comparator, right) else { return .bool(false) }
            left = right
        }
        return .bool(true)
    }
}

extension Value {
    fileprivate init(_ literal: Expression.Literal) {
        switch literal {
        case .none: self = .none
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .float(let value): self = .float(value)
        case .string(let text): self = .string(text)
        }
    }
}
