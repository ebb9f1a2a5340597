/// Methods that cut the string up, or put strings together.
extension StringMethods {
    static let pieces: [String: Implementation] = [
        "split": splitting("split", fromEnd: false), "rsplit": splitting("rsplit", fromEnd: true),
        "splitlines": splitLines, "partition": partitioning("partition", fromEnd: false),
        "rpartition": partitioning("rpartition", fromEnd: true), "join": join,
    ]

    private static func splitting(_ name: String, fromEnd: Bool) -> Implementation {
        { renderer, receiver, arguments throws(TemplateError) in
            let bound = try arguments.bound(to: name, "sep", "maxsplit", required: 0)
            let limit = try bound.integer(1, default: -1)
            let text = text(receiver)
            try renderer.meter.allocate(bytes: text.utf8.count)
            try renderer.meter.work(bytes: text.utf8.count, try bound.optionalText(0) == nil ? .mapping : .searching)
            guard let separator = try bound.optionalText(0) else {
                return try renderer.list(try words(of: text, limit: limit, fromEnd: fromEnd, renderer))
            }
            guard !separator.isEmpty else { throw TemplateError(.value, "empty separator") }
            return try renderer.list(
                try split(text, at: separator, limit: limit, fromEnd: fromEnd, renderer))
        }
    }

    /// Pieces between separators; a negative limit is none.
    private static func split(
        _ text: String, at separator: String, limit: Int, fromEnd: Bool, _ renderer: Renderer
    ) throws(TemplateError) -> [Value] {
        var places: [Int] = []
        func note(_ place: Int) throws(TemplateError) -> Bool {
            guard limit < 0 || places.count < limit else { return false }
            places.append(place)
            if places.count % 1_024 == 0 { try renderer.meter.allocate(elements: places.count) }
            return true
        }
        if fromEnd {
            try text.forEachMatchFromEnd(of: separator, note)
            places.reverse()
        } else {
            try text.forEachMatch(of: separator, note)
        }
        let bytes = Array(text.utf8)
        var pieces: [Value] = []
        var start = 0
        for place in places {
            pieces.append(.string(String(decoding: bytes[start..<place], as: UTF8.self)))
            start = place + separator.utf8.count
        }
        return pieces + [.string(String(decoding: bytes[start...], as: UTF8.self))]
    }

    /// Pieces between runs of white space.
    private static func words(
        of text: String, limit: Int, fromEnd: Bool, _ renderer: Renderer
    ) throws(TemplateError) -> [Value] {
        var scalars = Array(text.unicodeScalars)
        if fromEnd { scalars.reverse() }
        var pieces: [Value] = []
        func add(_ range: Range<Int>) {
            var piece = String.UnicodeScalarView()
            if fromEnd {
                piece.append(contentsOf: scalars[range].reversed())
            } else {
                piece.append(contentsOf: scalars[range])
            }
            pieces.append(.string(String(piece)))
        }
        var index = 0
        while index < scalars.count {
            guard !scalars[index].isPythonSpace else {
                index += 1
                continue
            }
            let start = index
            if limit >= 0, pieces.count == limit {
                add(start..<scalars.count)
                break
            }
            while index < scalars.count, !scalars[index].isPythonSpace { index += 1 }
            add(start..<index)
            if pieces.count % 1_024 == 0 { try renderer.meter.allocate(elements: pieces.count) }
        }
        return fromEnd ? pieces.reversed() : pieces
    }

    @Sendable private static func splitLines(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "splitlines", "keepends", required: 0)
        let keepsEnds = try bound[0].map { value throws(TemplateError) in try renderer.isTrue(value) } ?? false
        return try renderer.list(
            try renderer.lines(of: text(receiver), keepsEnds: keepsEnds).map(Value.string))
    }

    private static func partitioning(_ name: String, fromEnd: Bool) -> Implementation {
        { renderer, receiver, arguments throws(TemplateError) in
            let bound = try arguments.bound(to: "str.\(name)", "sep", required: 1)
            let separator = try bound.text(0, default: "")
            guard !separator.isEmpty else { throw TemplateError(.value, "empty separator") }
            let text = text(receiver)
            let parts = try split(text, at: separator, limit: 1, fromEnd: fromEnd, renderer)
            if parts.count == 2 { return .tuple(try Elements([parts[0], .string(separator), parts[1]])) }
            let empty = Value.string("")
            return .tuple(try Elements(fromEnd ? [empty, empty, .string(text)] : [.string(text), empty, empty]))
        }
    }

    @Sendable private static func join(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "str.join", "iterable", required: 1)
        guard let iterator = try renderer.optionalIterator(over: bound[0] ?? .none) else {
            throw TemplateError(.type, "can only join an iterable")
        }
        let separator = text(receiver)
        var result = ""
        var index = 0
        while let element = try iterator.next() {
            guard let text = element.text else {
                throw TemplateError(
                    .type, "sequence item \(index): expected str instance, \(element.typeName) found")
            }
            if index > 0 {
                try renderer.check(result, adding: separator)
                result += separator
            }
            try renderer.check(result, adding: text)
            result += text
            index += 1
        }
        return try renderer.string(result)
    }
}
