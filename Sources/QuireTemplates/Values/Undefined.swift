/// What stands for a missing variable, attribute or element: it prints as nothing and fails when it is used.
final class Undefined {
    /// What is said when it is used.
    let message: String
    let kind: TemplateError.Kind

    init(_ message: String, kind: TemplateError.Kind = .undefined) {
        self.message = message
        self.kind = kind
    }

    var error: TemplateError { TemplateError(kind, message) }
}

extension Value {
    static func undefined(name: String) -> Value { .undefined(Undefined("\(name.pythonQuoted) is undefined")) }

    static func undefined(_ message: String) -> Value { .undefined(Undefined(message)) }

    /// An attribute or a text key that a value lacks.
    static func undefined(attribute: String, of value: Value) -> Value {
        .undefined(Undefined("\(value.describedType.pythonQuoted) has no attribute \(attribute.pythonQuoted)"))
    }

    /// An attribute that the sandbox keeps from templates.
    static func unsafe(attribute: String, of value: Value) -> Value {
        .undefined(
            Undefined(
                "access to attribute \(attribute.pythonQuoted) of \(value.typeName.pythonQuoted) object is unsafe.",
                kind: .security))
    }
}
