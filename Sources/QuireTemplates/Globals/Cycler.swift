/// `cycler(a, b)`: hands out its values in turn.
final class Cycler: Object {
    private let items: [Value]
    private let nesting: Int
    private var position = 0

    init(_ arguments: Arguments) throws(TemplateError) {
        guard arguments.named.isEmpty else { throw TemplateError(.type, "cycler() takes no keyword arguments") }
        guard !arguments.positional.isEmpty else {
            throw TemplateError(.runtime, "at least one item has to be provided")
        }
        items = arguments.positional
        nesting = try QuireTemplates.nesting(around: items)
    }

    override var typeName: String { "Cycler" }
    override var module: String? { "jinja2.utils" }
    override var depth: Int { nesting }

    override func attribute(_ name: String) throws(TemplateError) -> Value? {
        switch name {
        case "current": items[position]
        case "items": .tuple(try Elements(items))
        case "pos": .integer(position)
        default: nil
        }
    }

    func method(_ name: String) -> Method? {
        switch name {
        case "next":
            return { _, _, arguments throws(TemplateError) in
                try arguments.refuseAll(by: "Cycler.next")
                defer { self.position = (self.position + 1) % self.items.count }
                return self.items[self.position]
            }
        case "reset":
            return { _, _, arguments throws(TemplateError) in
                try arguments.refuseAll(by: "Cycler.reset")
                self.position = 0
                return .none
            }
        default: return nil
        }
    }
}

/// `joiner(", ")`: nothing when it is first called, then always its separator.
final class Joiner: Object {
    private let separator: Value
    private let nesting: Int
    private var isUsed = false

    init(_ arguments: Arguments) throws(TemplateError) {
        separator = try arguments.bound(to: "joiner", "sep", required: 0)[0] ?? .string(", ")
        nesting = try QuireTemplates.nesting(around: [separator])
    }

    override var typeName: String { "Joiner" }
    override var module: String? { "jinja2.utils" }
    override var isCallable: Bool { true }
    override var depth: Int { nesting }

    override func attribute(_ name: String) throws(TemplateError) -> Value? {
        switch name {
        case "sep": separator
        case "used": .bool(isUsed)
        default: nil
        }
    }

    override func call(_ renderer: Renderer, _ arguments: Arguments) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "Joiner.__call__")
        defer { isUsed = true }
        return isUsed ? separator : .string("")
    }
}
