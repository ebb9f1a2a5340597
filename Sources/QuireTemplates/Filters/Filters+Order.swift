/// Filters that order and compare the elements of sequences.
extension Filters {
    static let order: [String: Filter] = [
        "dictsort": sortMembers, "sort": sort, "unique": unique, "min": extreme("min", .less),
        "max": extreme("max", .greater), "sum": sum,
    ]

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
