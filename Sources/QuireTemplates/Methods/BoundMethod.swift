/// A method and the value it belongs to.
final class BoundMethod: Object {
    private let name: String
    private let receiver: Value
    private let method: Method
    private let nesting: Int

    init(_ name: String, of receiver: Value, _ method: @escaping Method) throws(TemplateError) {
        self.name = name
        self.receiver = receiver
        self.method = method
        nesting = try QuireTemplates.nesting(around: [receiver])
    }

    override var typeName: String { "builtin_function_or_method" }
    override var isCallable: Bool { true }
    override var depth: Int { nesting }

    override func text(_ renderer: Renderer) throws(TemplateError) -> String {
        "<built-in method \(name) of \(receiver.typeName) object>"
    }

    override func call(_ renderer: Renderer, _ arguments: Arguments) throws(TemplateError) -> Value {
        try method(renderer, receiver, arguments)
    }
}
