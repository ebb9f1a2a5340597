/// A JSON value as the strict scanner read it.
enum JSONValue {
    case null
    case bool(Bool)
    /// A number without fraction or exponent that fits in an `Int`.
    case integer(Int)
    /// Any other number.
    case number(Double)
    case string(String)
    case array([JSONValue])
    /// Members in the order of the text; keys are unique.
    case object([(key: String, value: JSONValue)])

    /// What kind of value it is, for messages.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .string(let value): "the string \(quoted(value))"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
