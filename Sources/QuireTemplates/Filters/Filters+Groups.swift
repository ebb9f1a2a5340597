/// Filters that make groups of elements.
extension Filters {
    @Sendable static func group(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(
            to: "sync_do_groupby", "attribute", "default", "case_sensitive", required: 1)
        let path = renderer.path(bound[0])
        let isCaseSensitive = try renderer.isTrue(bound[2], default: false)
        let elements = try renderer.elements(of: value)
        var names: [Value] = []
        for element in elements { names.append(try renderer.element(at: path, of: element, default: bound[1])) }
        let keys = isCaseSensitive ? names : try renderer.ignoringCase(names)
        try renderer.meter.allocate(elements: 4 * elements.count)
        let order = try renderer.sorted(elements.indices.map(Value.integer), by: keys).map { $0.integer ?? 0 }
        var groups: [Value] = []
        var start = 0
        for end in 1..<(order.count + 1) {
            if end < order.count, try renderer.areEqual(keys[order[start]], keys[order[end]]) { continue }
            // The first element of a group says how its name is written.
            let members = try Elements(order[start..<end].map { elements[$0] })
            groups.append(
                .tuple(try Elements([names[order[start]], .list(members)], names: ["grouper", "list"])))
            start = end
        }
        return try renderer.list(order.isEmpty ? [] : groups)
    }

    @Sendable static func batch(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_batch", "linecount", "fill_with", required: 1)
        let size = bound[0] ?? .none
        let filling = bound[1] ?? .none
        let source = LazySource(value, renderer)
        var isDone = false
        return .object(
            try Generator(
                ComputedIterator { [unowned renderer] () throws(TemplateError) in
                    if isDone { return nil }
                    let size = size.number ?? -1
                    var row: [Value] = []
                    while row.isEmpty || Double(row.count) != size {
                        guard let element = try source.next() else {
                            isDone = true
                            break
                        }
                        try renderer.meter.step()
                        row.append(element)
                    }
                    if row.isEmpty { return nil }
                    if isDone, !filling.isNone, Double(row.count) < size {
                        let missing = Int(min(size, 1e9)) - row.count
                        try renderer.meter.allocate(elements: missing)
                        row += Array(repeating: filling, count: missing)
                    }
                    return try renderer.list(row)
                }, from: .list(try Elements([value, filling]))))
    }

    @Sendable static func columns(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "sync_do_slice", "slices", "fill_with", required: 1)
        let count = try bound.integer(0, default: 1)
        let filling = bound[1] ?? .none
        var all: [Value]?
        var column = 0
        return .object(
            try Generator(
                ComputedIterator { [unowned renderer] () throws(TemplateError) in
                    guard count != 0 else {
                        throw TemplateError(.zeroDivision, "integer division or modulo by zero")
                    }
                    guard column < count else { return nil }
                    if all == nil { all = try renderer.elements(of: value) }
                    let elements = all ?? []
                    let size = elements.count / count
                    let extra = elements.count % count
                    let start = column * size + min(column, extra)
                    let end = (column + 1) * size + min(column + 1, extra)
                    var row = Array(elements[start..<end])
                    if column >= extra, !filling.isNone { row.append(filling) }
                    column += 1
                    return try renderer.list(row)
                }, from: .list(try Elements([value, filling]))))
    }
}
