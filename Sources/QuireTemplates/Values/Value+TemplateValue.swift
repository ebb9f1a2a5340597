extension Value {
    /// - Throws: an error of kind `limit` for values that are nested too deeply.
    init(_ value: TemplateValue) throws(TemplateError) {
        self = try Self.value(value, depth: 0)
    }

    private static func value(_ value: TemplateValue, depth: Int) throws(TemplateError) -> Value {
        guard depth <= TemplateLimits.valueDepth else {
            throw TemplateError(.limit, "values are nested deeper than \(TemplateLimits.valueDepth)")
        }
        switch value {
        case .none: return .none
        case .bool(let value): return .bool(value)
        case .integer(let value): return .integer(value)
        case .float(let value): return .float(value)
        case .string(let text): return .string(text)
        case .list(let elements):
            var values: [Value] = []
            values.reserveCapacity(elements.count)
            for element in elements { values.append(try Self.value(element, depth: depth + 1)) }
            return .list(try Elements(values))
        case .dictionary(let dictionary):
            var pairs: [(key: Value, value: Value)] = []
            pairs.reserveCapacity(dictionary.count)
            for (key, value) in zip(dictionary.keys, dictionary.values) {
                pairs.append((.string(key), try Self.value(value, depth: depth + 1)))
            }
            return .dictionary(try Members(pairs))
        }
    }
}
