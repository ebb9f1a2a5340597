/// One call of `format`: which arguments it has used by number.
struct BraceFormat {
    let arguments: Arguments
    let isMarkup: Bool
    /// The next argument of `{}`; `nil` once arguments are numbered.
    var next: Int? = 0
    var usesNumbers = false

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
}
