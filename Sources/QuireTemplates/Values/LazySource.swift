/// The elements of a value that is looked at only when the first is asked for, as generators of Python do.
final class LazySource: ValueIterator {
    private let value: Value
    private unowned let renderer: Renderer
    private var elements: ValueIterator?

    init(_ value: Value, _ renderer: Renderer) {
        self.value = value
        self.renderer = renderer
    }

    override func next() throws(TemplateError) -> Value? {
        if elements == nil { elements = try renderer.iterator(over: value) }
        return try elements?.next()
    }
}
