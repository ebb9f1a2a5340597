/// A JSON document: whole numbers apart from others, members in the order of the text.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number without fraction or exponent that fits in an `Int`.
    case int(Int)
    /// Any other number.
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONMembers)

    /// An object of the members given; of equal keys the last counts.
    public static func members(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(JSONMembers(members))
    }

    /// A member of an object; `nil` where there is none, or for another kind of value.
    public subscript(key: String) -> JSONValue? {
        if case .object(let members) = self { members[key] } else { nil }
    }

    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    public var objectValue: JSONMembers? { if case .object(let value) = self { value } else { nil } }
    /// A whole number, `4.0` too.
    public var intValue: Int? {
        switch self {
        case .int(let value): value
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }
    public var doubleValue: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// The value in a few words, for messages.
    public var summary: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .double(let value): "\(value)"
        case .string(let value): "\"\(Self.shortened(value))\""
        case .array(let values): "a list of \(values.count)"
        case .object: "an object"
        }
    }

    private static func shortened(_ text: String) -> String {
        let longest = 60
        // Counting the bytes first spares a long text the walk over its characters.
        return text.utf8.count <= longest || text.count <= longest ? text : text.prefix(longest) + "…"
    }
}
