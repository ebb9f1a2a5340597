/// Filters that take sequences apart, order them and put them together.
extension Filters {
    static let sequences: [String: Filter] = [
        "count": length, "length": length, "list": list, "first": first, "last": last, "reverse": reverse,
        "items": items, "dictsort": sortMembers, "sort": sort, "unique": unique, "min": extreme("min", .less),
        "max": extreme("max", .greater), "sum": sum, "groupby": group, "batch": batch, "slice": columns,
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

    @Sendable private static func sortMembers(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_dictsort", "case_sensitive", "by", "reverse", required: 0)
        let by = bound[1]?.text ?? (bound[1] == nil ? "key" : "")
        guard by == "key" || by == "value" else {
            throw TemplateError(.filterArgument, "You can only sort by either \"key\" or \"value\"")
        }
        if case .undefined(let undefined) = value { throw undefined.error }
        guard case .dictionary(let members) = value else {
            throw TemplateError(.attribute, "'\(value.typeName)' object has no attribute 'items'")
        }
        var keys = by == "key" ? members.keys : members.values
        if !(try renderer.isTrue(bound[0], default: false)) { keys = try renderer.ignoringCase(keys) }
        return try renderer.list(
            try renderer.sorted(
                try MemberView(.items, of: members).elements(), by: keys,
                isReversed: try renderer.isTrue(bound[2], default: false)))
    }

    @Sendable private static func sort(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_sort", "reverse", "case_sensitive", "attribute", required: 0)
        let elements = try renderer.elements(of: value)
        let isCaseSensitive = try renderer.isTrue(bound[1], default: false)
        let paths: [[Value]]
        if let text = bound[2]?.text {
            paths = text.split(separator: ",", omittingEmptySubsequences: false).map {
                renderer.path(.string(String($0)))
            }
        } else {
            paths = [renderer.path(bound[2])]
        }
        var keys: [Value] = []
        for element in elements {
            var parts: [Value] = []
            for path in paths {
                let part = try renderer.element(at: path, of: element)
                parts.append(isCaseSensitive ? part : try renderer.ignoringCase(part))
            }
            keys.append(.list(try Elements(parts)))
        }
        try renderer.meter.allocate(elements: 4 * keys.count)
        return try renderer.list(
            try renderer.sorted(elements, by: keys, isReversed: try renderer.isTrue(bound[0], default: false)))
    }

    @Sendable private static func unique(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "sync_do_unique", "case_sensitive", "attribute", required: 0)
        let isCaseSensitive = try renderer.isTrue(bound[0], default: false)
        let path = renderer.path(bound[1])
        let source = LazySource(value, renderer)
        var seen: Set<MemberKey> = []
        return .object(
            try Generator(
                ComputedIterator { [unowned renderer] () throws(TemplateError) in
                    while let element = try source.next() {
                        try renderer.meter.step()
                        let key = try renderer.element(at: path, of: element)
                        let folded = isCaseSensitive ? key : try renderer.ignoringCase(key)
                        try renderer.meter.work(bytes: folded.text?.utf8.count ?? 0, .mapping)
                        if seen.insert(try MemberKey(folded)).inserted { return element }
                    }
                    return nil
                }, from: value))
    }

    private static func extreme(_ name: String, _ wins: Comparator) -> Filter {
        { renderer, value, arguments throws(TemplateError) in
            let bound = try arguments.bound(to: "do_\(name)", "case_sensitive", "attribute", required: 0)
            let isCaseSensitive = try renderer.isTrue(bound[0], default: false)
            let path = renderer.path(bound[1])
            let source = try renderer.iterator(over: value)
            var best: (element: Value, key: Value)?
            while let element = try source.next() {
                try renderer.meter.step()
                let found = try renderer.element(at: path, of: element)
                let key = isCaseSensitive ? found : try renderer.ignoringCase(found)
                if let current = best, !(try renderer.isOrdered(key, wins, current.key)) { continue }
                best = (element, key)
            }
            return best?.element ?? .undefined("No aggregated item, sequence was empty.")
        }
    }

    @Sendable private static func sum(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "sync_do_sum", "attribute", "start", required: 0)
        let path = renderer.path(bound[0])
        var total = bound[1] ?? .integer(0)
        guard total.text == nil else {
            throw TemplateError(.type, "sum() can't sum strings [use ''.join(seq) instead]")
        }
        let source = try renderer.iterator(over: value)
        while let element = try source.next() {
            try renderer.meter.step()
            total = try renderer.apply(.add, total, try renderer.element(at: path, of: element))
        }
        return total
    }
}
