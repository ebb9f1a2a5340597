extension Renderer {
    /// Python's `text.format(…)`, as the sandbox has it.
    ///
    /// - Throws: a `ValueError` for bad braces, `IndexError` and `KeyError` for arguments that are missing.
    func braceFormat(_ text: String, _ arguments: Arguments, isMarkup: Bool) throws(TemplateError) -> String {
        var format = BraceFormat(arguments: arguments, isMarkup: isMarkup)
        return try format.render(text, self, depth: 2)
    }
}

/// One call of `format`: which arguments it has used by number.
private struct BraceFormat {
    let arguments: Arguments
    let isMarkup: Bool
    /// The next argument of `{}`; `nil` once arguments are numbered.
    private var next: Int? = 0
    private var usesNumbers = false

    init(arguments: Arguments, isMarkup: Bool) {
        self.arguments = arguments
        self.isMarkup = isMarkup
    }

    /// Replaces what is in braces; specifications may hold braces too, one level deep.
    mutating func render(_ text: String, _ renderer: Renderer, depth: Int) throws(TemplateError) -> String {
        guard depth >= 0 else { throw TemplateError(.value, "Max string recursion exceeded") }
        try renderer.meter.work(bytes: text.utf8.count, .mapping)
        let scalars = Array(text.unicodeScalars)
        var result = ""
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            let isDoubled = index + 1 < scalars.count && scalars[index + 1] == scalar
            if scalar == "{" || scalar == "}", isDoubled {
                result.unicodeScalars.append(scalar)
                index += 2
            } else if scalar == "}" {
                throw TemplateError(.value, "Single '}' encountered in format string")
            } else if scalar == "{" {
                let end = try Self.fieldEnd(scalars, from: index + 1)
                let value = try field(scalars[(index + 1)..<end], renderer, depth: depth)
                try renderer.check(result, adding: value)
                result += value
                index = end + 1
            } else {
                result.unicodeScalars.append(scalar)
                index += 1
            }
        }
        return result
    }

    private static func fieldEnd(_ scalars: [Unicode.Scalar], from start: Int) throws(TemplateError) -> Int {
        var open = 1
        for index in start..<scalars.count {
            if scalars[index] == "{" { open += 1 }
            if scalars[index] == "}" {
                open -= 1
                if open == 0 { return index }
            }
        }
        throw TemplateError(
            .value,
            start == scalars.count ? "Single '{' encountered in format string" : "expected '}' before end of string")
    }

    /// `name!conversion:specification`
    private mutating func field(
        _ field: ArraySlice<Unicode.Scalar>, _ renderer: Renderer, depth: Int
    ) throws(TemplateError) -> String {
        func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            return String(view)
        }
        let nameEnd = Self.nameEnd(field)
        var rest = field[nameEnd...]
        var conversion: Unicode.Scalar?
        if rest.first == "!" {
            conversion = rest.dropFirst().first
            rest = rest.dropFirst(2)
            guard rest.isEmpty || rest.first == ":" else {
                throw TemplateError(.value, "expected ':' after conversion specifier")
            }
        }
        let value = try value(named: text(field[..<nameEnd]), renderer)
        let spec = try render(text(rest.dropFirst()), renderer, depth: depth - 1)
        let converted = try Self.convert(value, conversion, renderer)
        if isMarkup {
            if case .markup(let text) = converted { return text }
            return Renderer.escaped(try renderer.format(converted, spec))
        }
        return try renderer.format(converted, spec)
    }

    /// The name ends at `!` or `:` outside of brackets.
    private static func nameEnd(_ field: ArraySlice<Unicode.Scalar>) -> Int {
        var isInBrackets = false
        for (index, scalar) in zip(field.indices, field) {
            if scalar == "[" { isInBrackets = true }
            if scalar == "]" { isInBrackets = false }
            if !isInBrackets, scalar == "!" || scalar == ":" { return index }
        }
        return field.endIndex
    }

    private static func convert(
        _ value: Value, _ conversion: Unicode.Scalar?, _ renderer: Renderer
    ) throws(TemplateError) -> Value {
        switch conversion {
        case nil: return value
        case "s": return .string(try renderer.text(of: value))
        case "r": return .string(try renderer.representation(of: value))
        case let other?:
            throw TemplateError(.value, "Unknown conversion specifier \(String(Character(other)))")
        }
    }

    /// `0.attribute[element]`
    private mutating func value(named path: String, _ renderer: Renderer) throws(TemplateError) -> Value {
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
