import QuireJSON

/// Writes values as Python's `json.dumps` does.
struct JSONWriter {
    var escapesNonASCII = false
    /// What one level is indented by; `nil` puts all on one line.
    var indentation: String?
    var itemSeparator = ", "
    var keySeparator = ": "
    var sortsKeys = false

    /// - Throws: a `TypeError` for what JSON cannot say, an error of kind `limit`.
    func text(of value: Value, _ renderer: Renderer) throws(TemplateError) -> String {
        var result = ""
        try write(value, depth: 0, to: &result, renderer)
        return result
    }

    private func write(
        _ value: Value, depth: Int, to result: inout String, _ renderer: Renderer
    ) throws(TemplateError) {
        try renderer.meter.step()
        switch value {
        case .none: result += "null"
        case .bool(let value): result += value ? "true" : "false"
        case .integer(let value): result += String(value)
        case .float(let value): result += Self.text(of: value)
        case .string(let text), .markup(let text):
            try renderer.check(result, adding: text)
            try renderer.meter.work(bytes: text.utf8.count, .searching)
            result.appendJSON(text, escapesNonASCII: escapesNonASCII)
        case .list(let elements), .tuple(let elements):
            try write(elements.values.count, between: "[", "]", depth: depth, to: &result, renderer) {
                index, result throws(TemplateError) in
                try write(elements.values[index], depth: depth + 1, to: &result, renderer)
            }
        case .dictionary(let members):
            let pairs = try sorted(members, renderer)
            try write(pairs.count, between: "{", "}", depth: depth, to: &result, renderer) {
                index, result throws(TemplateError) in
                result.appendJSON(try Self.key(pairs[index].key), escapesNonASCII: escapesNonASCII)
                result += keySeparator
                try write(pairs[index].value, depth: depth + 1, to: &result, renderer)
            }
        case .undefined, .range, .view, .object:
            throw TemplateError(.type, "Object of type \(value.typeName) is not JSON serializable")
        }
    }

    private func sorted(
        _ members: Members, _ renderer: Renderer
    ) throws(TemplateError) -> [(key: Value, value: Value)] {
        guard sortsKeys else { return members.pairs }
        let places = (0..<members.count).map(Value.integer)
        let pairs = members.pairs
        return try renderer.sorted(places, by: members.keys).map { pairs[$0.integer ?? 0] }
    }

    private func write(
        _ count: Int, between start: String, _ end: String, depth: Int, to result: inout String,
        _ renderer: Renderer, _ item: (Int, inout String) throws(TemplateError) -> Void
    ) throws(TemplateError) {
        result += start
        for index in 0..<count {
            if index > 0 { result += itemSeparator }
            try breakLine(depth: depth + 1, &result, renderer)
            try item(index, &result)
        }
        if count > 0 { try breakLine(depth: depth, &result, renderer) }
        result += end
    }

    private func breakLine(depth: Int, _ result: inout String, _ renderer: Renderer) throws(TemplateError) {
        guard let indentation else { return }
        result += "\n"
        for _ in 0..<depth {
            try renderer.check(result, adding: indentation)
            result += indentation
        }
    }

    private static func key(_ key: Value) throws(TemplateError) -> String {
        switch key {
        case .string(let text), .markup(let text): return text
        case .none: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .float(let value): return text(of: value)
        default:
            throw TemplateError(.type, "keys must be str, int, float, bool or None, not \(key.typeName)")
        }
    }

    private static func text(of value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return value.pythonRepresentation
    }
}
