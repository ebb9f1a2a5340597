extension BraceFormat {
    /// `0.attribute[element]`
    mutating func value(named path: String, _ renderer: Renderer) throws(TemplateError) -> Value {
        let first = path.prefix { $0 != "." && $0 != "[" }
        guard !first.isEmpty || path.isEmpty else { throw TemplateError(.key, "''") }
        var value = try argument(String(first))
        var rest = path.dropFirst(first.count)
        while let mark = rest.popFirst() {
            if mark == "." {
                let name = rest.prefix { $0 != "." && $0 != "[" }
                guard !name.isEmpty else { throw TemplateError(.value, "Empty attribute in format string") }
                rest = rest.dropFirst(name.count)
                value = try renderer.attribute(String(name), of: value)
            } else {
                guard mark == "[" else {
                    throw TemplateError(.value, "Only '.' or '[' may follow ']' in format field specifier")
                }
                guard let end = rest.firstIndex(of: "]") else {
                    throw TemplateError(.value, "Missing ']' in format string")
                }
                let name = String(rest[..<end])
                guard !name.isEmpty else { throw TemplateError(.value, "Empty attribute in format string") }
                rest = rest[rest.index(after: end)...]
                value = try renderer.element(Int(name).map(Value.integer) ?? .string(name), of: value)
            }
        }
        return value
    }

    private mutating func argument(_ name: String) throws(TemplateError) -> Value {
        guard name.isEmpty || name.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            guard let value = arguments[name] else { throw TemplateError(.key, name.pythonQuoted) }
            return value
        }
        let index: Int
        if name.isEmpty {
            guard !usesNumbers, let automatic = next else {
                throw TemplateError(
                    .value, "cannot switch from manual field specification to automatic field numbering")
            }
            index = automatic
            next = automatic + 1
        } else {
            guard next ?? 0 == 0 else {
                throw TemplateError(
                    .value, "cannot switch from automatic field numbering to manual field specification")
            }
            usesNumbers = true
            index = Int(name) ?? .max
        }
        guard index < arguments.positional.count else {
            throw TemplateError(.index, "tuple index out of range")
        }
        return arguments.positional[index]
    }
}
