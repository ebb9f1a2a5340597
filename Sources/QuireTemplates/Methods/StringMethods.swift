/// Methods of strings.
enum StringMethods {
    typealias Implementation = @Sendable (Renderer, Value, Arguments) throws(TemplateError) -> Value

    static let all: [String: Implementation] = changes.merging(searches) { $1 }.merging(pieces) { $1 }
        .merging(questions) { $1 }

    /// The text of a receiver that is known to be a string.
    static func text(_ receiver: Value) -> String { receiver.text ?? "" }

    /// A method as escaped text has it: its arguments are escaped, and what it gives is escaped text.
    static func onMarkup(_ name: String) -> Method? {
        guard let method = all[name] else { return nil }
        let escapesArguments = ["replace", "join", "center", "ljust", "rjust"].contains(name)
        return { renderer, receiver, arguments throws(TemplateError) in
            var arguments = arguments
            if escapesArguments {
                for (index, value) in arguments.positional.enumerated() {
                    arguments.positional[index] = try escaped(value, renderer)
                }
            }
            return try marked(try method(renderer, receiver, arguments))
        }
    }

    private static func escaped(_ value: Value, _ renderer: Renderer) throws(TemplateError) -> Value {
        switch value {
        case .string: return .string(try renderer.escaped(value))
        case .list(let elements):
            var values: [Value] = []
            for element in elements.values { values.append(try escaped(element, renderer)) }
            return .list(try Elements(values))
        default: return value
        }
    }

    private static func marked(_ value: Value) throws(TemplateError) -> Value {
        switch value {
        case .string(let text): return .markup(text)
        case .list(let elements):
            return .list(try Elements(elements.values.map { $0.text.map(Value.markup) ?? $0 }))
        case .tuple(let elements):
            return .tuple(try Elements(elements.values.map { $0.text.map(Value.markup) ?? $0 }))
        default: return value
        }
    }
}
