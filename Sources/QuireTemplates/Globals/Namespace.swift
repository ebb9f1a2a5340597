/// `namespace(…)`: the one kind of value that a template can change.
final class Namespace: Object {
    private var names: [String] = []
    private var values: [ExactText: Value] = [:]

    override var typeName: String { "TemplateNamespace" }
    override var module: String? { "transformers.utils.chat_template_utils" }

    /// - Throws: a `SecurityError` for names that begin with an underscore.
    func set(_ name: String, _ value: Value) throws(TemplateError) {
        guard !name.hasPrefix("_") else {
            throw TemplateError(
                .security,
                "Chat templates cannot store underscore-prefixed attributes on a namespace, but got "
                    + "\(name.pythonQuoted). Please rename the attribute.")
        }
        if values.updateValue(value, forKey: ExactText(name)) == nil { names.append(name) }
    }

    override func attribute(_ name: String) throws(TemplateError) -> Value? { values[ExactText(name)] }

    override func text(_ renderer: Renderer) throws(TemplateError) -> String {
        // It may hold itself.
        try renderer.meter.enter()
        defer { renderer.meter.leave() }
        let pairs = names.map { (key: Value.string($0), value: values[ExactText($0)] ?? .none) }
        return "<Namespace \(try renderer.representation(of: .dictionary(try Members(pairs))))>"
    }

    override func clear() { values = [:] }
}
