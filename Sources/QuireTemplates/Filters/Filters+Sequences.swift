/// Filters that take sequences apart.
extension Filters {
    static let sequences: [String: Filter] = [
        "count": length, "length": length, "list": list, "first": first, "last": last, "reverse": reverse,
        "items": items, "groupby": group, "batch": batch, "slice": columns,
    ]

    @Sendable private static func length(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "len")
        guard let length = try renderer.knownLength(of: value) else {
            throw TemplateError(.type, "object of type '\(value.typeName)' has no len()")
        }
        return .integer(length)
    }

    @Sendable private static func list(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "sync_do_list")
        return try renderer.list(try renderer.elements(of: value))
    }

    @Sendable private static func first(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "sync_do_first")
        return try renderer.iterator(over: value).next() ?? .undefined("No first item, sequence was empty.")
    }

    @Sendable private static func last(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "do_last")
        guard let (elements, _) = try reversible(value, renderer) else {
            throw TemplateError(.type, "'\(value.typeName)' object is not reversible")
        }
        return elements.last ?? .undefined("No last item, sequence was empty.")
    }

    /// The elements of what Python's `reversed` takes, and the type it gives.
    private static func reversible(
        _ value: Value, _ renderer: Renderer
    ) throws(TemplateError) -> (elements: [Value], type: String)? {
        let type: String
        switch value {
        case .undefined, .string, .markup, .tuple: type = "reversed"
        case .list: type = "list_reverseiterator"
        case .dictionary: type = "dict_reversekeyiterator"
        case .range: type = "range_iterator"
        case .view(let view):
            switch view.part {
            case .keys: type = "dict_reversekeyiterator"
            case .values: type = "dict_reversevalueiterator"
            case .items: type = "dict_reverseitemiterator"
            }
        default: return nil
        }
        return (try renderer.elements(of: value), type)
    }

    @Sendable private static func reverse(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "do_reverse")
        if value.text != nil { return try renderer.slice(value, nil, nil, -1) }
        if let (elements, type) = try reversible(value, renderer) {
            try renderer.meter.allocate(elements: elements.count)
            return .object(try Generator(ArrayIterator(elements.reversed()), from: value, name: type))
        }
        guard try renderer.optionalIterator(over: value) != nil else {
            throw TemplateError(.filterArgument, "argument must be iterable")
        }
        return try renderer.list(try renderer.elements(of: value).reversed())
    }

    @Sendable private static func items(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "do_items")
        // As in Python, what is no mapping fails only when it is walked through.
        var rest: ValueIterator?
        return .object(
            try Generator(
                ComputedIterator { () throws(TemplateError) in
                    if value.isUndefined { return nil }
                    guard case .dictionary(let members) = value else {
                        throw TemplateError(.type, "Can only get item pairs from a mapping.")
                    }
                    if rest == nil { rest = ArrayIterator(try MemberView(.items, of: members).elements()) }
                    return try rest?.next()
                }, from: value))
    }
}
