/// Filters that apply a filter or a test to each element.
extension Filters {
    static let selections: [String: Filter] = [
        "map": map,
        "select": selecting(keeps: true, byAttribute: false), "reject": selecting(keeps: false, byAttribute: false),
        "selectattr": selecting(keeps: true, byAttribute: true),
        "rejectattr": selecting(keeps: false, byAttribute: true),
    ]

    private typealias Change = (Renderer, Value) throws(TemplateError) -> Value

    @Sendable private static func map(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        var source: ValueIterator?
        var change: Change?
        return .object(
            try Generator(
                ComputedIterator { [unowned renderer] () throws(TemplateError) in
                    // Nothing is checked before the first element is asked for.
                    if source == nil {
                        guard try renderer.isTrue(value) else { return nil }
                        change = try self.change(arguments, renderer)
                        source = try renderer.iterator(over: value)
                    }
                    guard let element = try source?.next() else { return nil }
                    try renderer.meter.step(3)
                    return try change?(renderer, element)
                }, from: value))
    }

    private static func change(_ arguments: Arguments, _ renderer: Renderer) throws(TemplateError) -> Change {
        if arguments.positional.isEmpty, let attribute = arguments["attribute"] {
            let path = renderer.path(attribute)
            let fallback = arguments["default"]
            if let other = arguments.named.first(where: { $0.name != "attribute" && $0.name != "default" }) {
                throw TemplateError(.filterArgument, "Unexpected keyword argument \(other.name.pythonQuoted)")
            }
            return { renderer, element throws(TemplateError) in
                try renderer.element(at: path, of: element, default: fallback)
            }
        }
        guard let name = arguments.positional.first else {
            throw TemplateError(.filterArgument, "map requires a filter argument")
        }
        guard let filter = name.text.flatMap(Filters.named) else {
            throw try renderer.unknown("filter", name)
        }
        let rest = Arguments(positional: Array(arguments.positional.dropFirst()), named: arguments.named)
        return { renderer, element throws(TemplateError) in try filter(renderer, element, rest) }
    }

    private static func selecting(keeps: Bool, byAttribute: Bool) -> Filter {
        { renderer, value, arguments throws(TemplateError) in
            var source: ValueIterator?
            var condition: Condition?
            return .object(
                try Generator(
                    ComputedIterator { [unowned renderer] () throws(TemplateError) in
                        if source == nil {
                            guard try renderer.isTrue(value) else { return nil }
                            condition = try Condition(arguments, byAttribute: byAttribute, renderer)
                            source = try renderer.iterator(over: value)
                        }
                        while let element = try source?.next() {
                            try renderer.meter.step(3)
                            if try condition?.holds(for: element, renderer) == keeps { return element }
                        }
                        return nil
                    }, from: value))
        }
    }

    /// A test of elements, or of what a path leads to in them; without one, whether they are true.
    private struct Condition {
        private let path: [Value]
        private let test: Test?
        private let arguments: Arguments

        init(_ arguments: Arguments, byAttribute: Bool, _ renderer: Renderer) throws(TemplateError) {
            var positional = arguments.positional[...]
            if byAttribute {
                guard let attribute = positional.popFirst() else {
                    throw TemplateError(.filterArgument, "Missing parameter for attribute name")
                }
                path = renderer.path(attribute)
            } else {
                path = []
            }
            if let name = positional.popFirst() {
                guard let test = name.text.flatMap(Tests.named) else { throw try renderer.unknown("test", name) }
                self.test = test
            } else {
                test = nil
            }
            self.arguments = Arguments(positional: Array(positional), named: arguments.named)
        }

        func holds(for element: Value, _ renderer: Renderer) throws(TemplateError) -> Bool {
            let value = try renderer.element(at: path, of: element)
            guard let test else { return try renderer.isTrue(value) }
            return try renderer.isTrue(try test(renderer, value, arguments))
        }
    }
}

extension Renderer {
    /// A filter or test that a template names at run time.
    fileprivate func unknown(_ kind: String, _ name: Value) throws(TemplateError) -> TemplateError {
        var message = "No \(kind) named \(try representation(of: name))."
        if case .undefined(let undefined) = name {
            message += " (\(undefined.message); did you forget to quote the callable name?)"
        }
        return TemplateError(.runtime, message)
    }
}
