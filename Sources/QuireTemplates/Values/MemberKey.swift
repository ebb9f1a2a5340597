/// A value as the key of a dictionary: equal where Python says so, so that 1, 1.0 and True are one key.
enum MemberKey: Hashable {
    case none
    case undefined
    case integer(Int)
    case float(Double)
    case text(ExactText)
    case tuple([MemberKey])
    case range(RangeValue)
    case object(ObjectIdentifier)

    /// Values in one key: a tuple may hold another many times over.
    private static let maximumCount = 10_000

    /// - Throws: a `TypeError` for lists, dictionaries and tuples that hold some, an error of kind `limit` for tuples that
    ///   hold too much.
    init(_ value: Value) throws(TemplateError) {
        var left = Self.maximumCount
        try self.init(value, &left)
    }

    private init(_ value: Value, _ left: inout Int) throws(TemplateError) {
        left -= 1
        guard left >= 0 else {
            throw TemplateError(.limit, "a key has more than \(Self.maximumCount) values")
        }
        switch value {
        case .undefined: self = .undefined
        case .none: self = .none
        case .bool(let value): self = .integer(value ? 1 : 0)
        case .integer(let value): self = .integer(value)
        case .float(let value): self = Int(exactly: value).map(MemberKey.integer) ?? .float(value)
        case .string(let text), .markup(let text): self = .text(ExactText(text))
        case .tuple(let elements):
            var keys: [MemberKey] = []
            for element in elements.values { keys.append(try MemberKey(element, &left)) }
            self = .tuple(keys)
        case .range(let range): self = .range(range)
        case .object(let object): self = .object(ObjectIdentifier(object))
        case .list, .dictionary, .view: throw TemplateError(.type, "unhashable type: '\(value.typeName)'")
        }
    }
}
