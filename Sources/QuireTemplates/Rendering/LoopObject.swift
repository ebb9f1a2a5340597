/// The variable `loop` inside of a loop.
final class LoopObject: Object {
    typealias Recurse = (Renderer, Value) throws(TemplateError) -> String

    /// Renders the loop over other values; only recursive loops can.
    var recurse: Recurse?
    private var source: ValueIterator
    private var knownLength: Int?
    private let depth0: Int
    private let nesting: Int
    private var index0 = -1
    private var previous: Value?
    private var current: Value?
    /// The next value, where it was asked for.
    private var peeked: Value?
    private var lastChanged: [Value]?

    init(_ iterator: ValueIterator, length: Int?, depth: Int, nesting: Int) {
        source = iterator
        knownLength = length
        depth0 = depth
        self.nesting = nesting
    }

    override var typeName: String { "LoopContext" }
    override var module: String? { "jinja2.runtime" }
    override var depth: Int { nesting }
    override var isCallable: Bool { true }

    /// The next value, which becomes the current one.
    func advance() throws(TemplateError) -> Value? {
        var value = peeked
        peeked = nil
        if value == nil { value = try source.next() }
        guard let value else { return nil }
        index0 += 1
        previous = current
        current = value
        return value
    }

    private func peek() throws(TemplateError) -> Value? {
        if peeked == nil { peeked = try source.next() }
        return peeked
    }

    override func length() throws(TemplateError) -> Int? {
        if let knownLength { return knownLength }
        var rest: [Value] = []
        while let value = try source.next() { rest.append(value) }
        source = ArrayIterator(rest)
        let length = rest.count + index0 + 1 + (peeked == nil ? 0 : 1)
        knownLength = length
        return length
    }

    override func attribute(_ name: String) throws(TemplateError) -> Value? {
        switch name {
        case "index": return .integer(index0 + 1)
        case "index0": return .integer(index0)
        case "first": return .bool(index0 == 0)
        case "last": return .bool(try peek() == nil)
        case "length": return .integer(try length() ?? 0)
        case "revindex": return .integer((try length() ?? 0) - index0)
        case "revindex0": return .integer((try length() ?? 0) - index0 - 1)
        case "depth": return .integer(depth0 + 1)
        case "depth0": return .integer(depth0)
        case "previtem": return index0 == 0 ? .undefined("there is no previous item") : previous
        case "nextitem": return try peek() ?? .undefined("there is no next item")
        case "cycle", "changed":
            return .object(try BoundMethod(name, of: .object(self), name == "cycle" ? cycle : changed))
        default: return nil
        }
    }

    override func call(_ renderer: Renderer, _ arguments: Arguments) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "LoopContext.__call__", "iterable", required: 1)
        guard let recurse else {
            throw TemplateError(.type, "The loop must have the 'recursive' marker to be called recursively.")
        }
        return .string(try recurse(renderer, bound[0] ?? .none))
    }

    override func text(_ renderer: Renderer) throws(TemplateError) -> String {
        "<LoopContext \(index0 + 1)/\(try length() ?? 0)>"
    }

    override func clear() {
        recurse = nil
        lastChanged = nil
    }
}

extension LoopObject {
    private func cycle(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        guard !arguments.positional.isEmpty else { throw TemplateError(.type, "no items for cycling given") }
        return arguments.positional[index0 % arguments.positional.count]
    }

    private func changed(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        // The loop may be handed itself.
        renderer.retain(self)
        if let lastChanged, try renderer.areEqual(lastChanged, arguments.positional) { return .bool(false) }
        lastChanged = arguments.positional
        return .bool(true)
    }
}
