/// Methods that look for a part of the string.
extension StringMethods {
    static let searches: [String: Implementation] = [
        "count": count,
        "find": finding("find", fromEnd: false, fails: false), "rfind": finding("rfind", fromEnd: true, fails: false),
        "index": finding("index", fromEnd: false, fails: true), "rindex": finding("rindex", fromEnd: true, fails: true),
        "startswith": affix("startswith") { $0.startsExactly(with: $1) },
        "endswith": affix("endswith") { $0.endsExactly(with: $1) },
    ]

    /// The part of the receiver between two positions, and the first of them; `nil` where they lie beyond it.
    private static func window(
        _ receiver: Value, _ bound: BoundArguments, _ renderer: Renderer
    ) throws(TemplateError) -> (text: String, start: Int)? {
        let text = text(receiver)
        guard bound[1] != nil || bound[2] != nil else { return (text, 0) }
        let length = try renderer.length(of: text)
        let start = try bound.optionalInteger(1) ?? 0
        if start > length { return nil }
        let places = try SlicePlaces(start, try bound.optionalInteger(2), 1, count: length)
        let first = start < 0 ? max(0, start + length) : start
        let end = places.count > 0 ? places.first + places.count : first
        guard case .string(let part) = try renderer.slice(.string(text), first, end, 1) else { return nil }
        return (part, first)
    }

    private static func finding(_ name: String, fromEnd: Bool, fails: Bool) -> Implementation {
        { renderer, receiver, arguments throws(TemplateError) in
            let bound = try arguments.bound(to: name, "sub", "start", "end", required: 1)
            let part = try bound.text(0, default: "")
            var place: Int?
            if let (text, start) = try window(receiver, bound, renderer) {
                try renderer.meter.work(bytes: text.utf8.count, .searching)
                if let offset = fromEnd ? try lastPlace(of: part, in: text) : try text.firstMatch(of: part) {
                    place = start + text.bytes(0..<offset).unicodeScalars.count
                }
            }
            guard place != nil || !fails else { throw TemplateError(.value, "substring not found") }
            return .integer(place ?? -1)
        }
    }

    private static func lastPlace(of part: String, in text: String) throws(TemplateError) -> Int? {
        if part.isEmpty { return text.utf8.count }
        var found: Int?
        try text.forEachMatchFromEnd(of: part) { place throws(TemplateError) in
            found = place
            return false
        }
        return found
    }

    @Sendable private static func count(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "count", "sub", "start", "end", required: 1)
        let part = try bound.text(0, default: "")
        guard let (text, _) = try window(receiver, bound, renderer) else { return .integer(0) }
        try renderer.meter.work(bytes: text.utf8.count, .searching)
        if part.isEmpty { return .integer(text.unicodeScalars.count + 1) }
        var count = 0
        try text.forEachMatch(of: part) { _ throws(TemplateError) in
            count += 1
            return true
        }
        return .integer(count)
    }

    private static func affix(
        _ name: String, _ matches: @escaping @Sendable (String, String) -> Bool
    ) -> Implementation {
        { renderer, receiver, arguments throws(TemplateError) in
            let bound = try arguments.bound(to: name, "prefix", "start", "end", required: 1)
            let wanted: [Value]
            switch bound[0] {
            case .tuple(let elements)?: wanted = elements.values
            case let value?: wanted = [value]
            case nil: wanted = []
            }
            var texts: [String] = []
            for value in wanted {
                if case .undefined(let undefined) = value, undefined.kind == .security { throw undefined.error }
                guard let text = value.text else {
                    throw TemplateError(
                        .type, "\(name) first arg must be str or a tuple of str, not \(value.typeName)")
                }
                texts.append(text)
            }
            guard let (text, _) = try window(receiver, bound, renderer) else { return .bool(false) }
            for wanted in texts {
                try renderer.meter.work(bytes: min(text.utf8.count, wanted.utf8.count), .searching)
                if matches(text, wanted) { return .bool(true) }
            }
            return .bool(false)
        }
    }
}
