import QuireJSON

extension TemplateValue {
    /// Reads a JSON document (RFC 8259), with keys in their order and whole numbers apart from others.
    ///
    /// Of equal keys the last counts, as in Python. Nesting is bounded.
    ///
    /// - Throws: an error of kind `value` that says where, in bytes from 0.
    public init(json: some Sequence<UInt8>) throws(TemplateError) {
        let rules = JSONRules(largeIntegers: .refused, depth: TemplateLimits.valueDepth - 1)
        do throws(JSONError) {
            self.init(try JSONValue(parsing: json, rules: rules))
        } catch {
            throw TemplateError(.value, "not valid JSON at byte \(error.offset): \(error.problem)")
        }
    }

    /// What a JSON document holds.
    public init(_ json: JSONValue) {
        switch json {
        case .null: self = .none
        case .bool(let value): self = .bool(value)
        case .int(let value): self = .integer(value)
        case .double(let value): self = .float(value)
        case .string(let value): self = .string(value)
        case .array(let values): self = .list(values.map(TemplateValue.init))
        case .object(let members):
            self = .dictionary(TemplateDictionary(members.map { ($0.key, TemplateValue($0.value)) }))
        }
    }
}
