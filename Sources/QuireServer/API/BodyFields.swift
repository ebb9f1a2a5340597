import Quire
import QuireJSON

/// The fields of a request's body, read one by one; a field that nobody has read is refused by its name.
///
/// `null` is the same as not there, as for OpenAI.
struct BodyFields {
    private let members: JSONMembers
    private var read: Set<String> = []

    /// What a body may nest.
    private static let rules = JSONRules(largeIntegers: .refused, depth: 64, values: 4_000_000)

    /// - Throws: `APIError` for what is no JSON object.
    init(parsing body: some Swift.Sequence<UInt8>) throws(APIError) {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body, rules: Self.rules)
        } catch {
            throw APIError(
                status: .badRequest, message: "the body is not valid JSON: \(error)", code: "invalid_json")
        }
        guard let members = value.objectValue else {
            throw APIError(
                status: .badRequest, message: "the body is \(value.summary); expected an object", code: "invalid_json")
        }
        self.members = members
    }

    init(_ members: JSONMembers) { self.members = members }

    /// A field, as it is.
    mutating func value(_ name: String) -> JSONValue? {
        read.insert(name)
        let value = members[name]
        return value == .null ? nil : value
    }

    mutating func string(_ name: String) throws(APIError) -> String? {
        try typed(name, "a string", \.stringValue)
    }

    mutating func bool(_ name: String) throws(APIError) -> Bool? {
        try typed(name, "true or false", \.boolValue)
    }

    mutating func int(_ name: String) throws(APIError) -> Int? {
        try typed(name, "a whole number", \.intValue)
    }

    mutating func double(_ name: String) throws(APIError) -> Double? {
        try typed(name, "a number", \.doubleValue)
    }

    mutating func object(_ name: String) throws(APIError) -> JSONMembers? {
        try typed(name, "an object", \.objectValue)
    }

    /// An object, to be read field by field.
    mutating func fields(_ name: String) throws(APIError) -> BodyFields? {
        try object(name).map(BodyFields.init)
    }

    mutating func list(_ name: String) throws(APIError) -> [JSONValue]? {
        try typed(name, "a list", \.arrayValue)
    }

    /// Token ids.
    mutating func ids(_ name: String) throws(APIError) -> [TokenID]? {
        guard let values = try list(name) else { return nil }
        return try Self.ids(values, name)
    }

    /// A text or a list of texts.
    mutating func strings(_ name: String) throws(APIError) -> [String]? {
        guard let value = value(name) else { return nil }
        if let text = value.stringValue { return [text] }
        let expected = "a string or a list of strings"
        guard let values = value.arrayValue else { throw .field(name, value, expected: expected) }
        var texts: [String] = []
        for (index, value) in values.enumerated() {
            guard let text = value.stringValue else { throw .field("\(name)[\(index)]", value, expected: "a string") }
            texts.append(text)
        }
        return texts
    }

    private mutating func typed<Value>(
        _ name: String, _ expected: String, _ path: KeyPath<JSONValue, Value?>
    ) throws(APIError) -> Value? {
        guard let value = value(name) else { return nil }
        guard let typed = value[keyPath: path] else { throw .field(name, value, expected: expected) }
        return typed
    }

    static func ids(_ values: [JSONValue], _ name: String) throws(APIError) -> [TokenID] {
        var ids: [TokenID] = []
        ids.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard let id = value.intValue.flatMap(TokenID.init(exactly:)) else {
                throw .field("\(name)[\(index)]", value, expected: "a token id")
            }
            ids.append(id)
        }
        return ids
    }

    /// Refuses what was not read.
    ///
    /// - Parameter notes: what to say of fields that clients may well send.
    func finish(_ notes: [String: String] = [:]) throws(APIError) {
        for (name, value) in members where !read.contains(name) && value != .null {
            throw .unsupported(name, notes[name] ?? "this endpoint has no such parameter")
        }
    }
}
