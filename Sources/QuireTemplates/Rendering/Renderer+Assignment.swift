extension Renderer {
    /// `{% set target = expression %}`
    func assign(_ expression: Expression, to target: Target, _ scope: Scope) throws(TemplateError) {
        try checkAttributes(of: target, scope)
        try assign(try evaluate(expression, scope), to: target, scope)
    }

    /// Only namespaces can be changed, and that is checked before the value is computed.
    private func checkAttributes(of target: Target, _ scope: Scope) throws(TemplateError) {
        switch target {
        case .name: break
        case .attribute(let name, _): _ = try namespace(name, scope)
        case .tuple(let targets): for target in targets { try checkAttributes(of: target, scope) }
        }
    }

    private func namespace(_ name: NameID, _ scope: Scope) throws(TemplateError) -> Namespace {
        guard case .object(let object) = scope.value(of: name), let namespace = object as? Namespace else {
            throw TemplateError(.runtime, "cannot assign attribute on non-namespace object")
        }
        return namespace
    }

    func assign(_ value: Value, to target: Target, _ scope: Scope) throws(TemplateError) {
        switch target {
        case .name(let name): scope.set(name, value)
        case .attribute(let name, let attribute): try namespace(name, scope).set(attribute, value)
        case .tuple(let targets):
            let values = try unpacked(value, count: targets.count)
            for (target, value) in zip(targets, values) { try assign(value, to: target, scope) }
        }
    }

    /// As many values as there are targets.
    ///
    /// - Throws: a `ValueError` where there are more or fewer, a `TypeError` for what cannot be iterated.
    private func unpacked(_ value: Value, count: Int) throws(TemplateError) -> [Value] {
        if case .tuple(let elements) = value, elements.values.count == count { return elements.values }
        guard let iterator = try optionalIterator(over: value) else {
            throw TemplateError(.type, "cannot unpack non-iterable \(value.typeName) object")
        }
        var values: [Value] = []
        while values.count <= count, let next = try iterator.next() { values.append(next) }
        guard values.count >= count else {
            throw TemplateError(.value, "not enough values to unpack (expected \(count), got \(values.count))")
        }
        guard values.count == count else {
            throw TemplateError(.value, "too many values to unpack (expected \(count))")
        }
        return values
    }
}
