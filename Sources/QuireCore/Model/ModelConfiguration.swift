import QuireJSON

/// A model's `config.json`, read field by field; every complaint names the file, the field and the value.
public struct ModelConfiguration: Sendable {
    /// The file, for messages.
    public let place: String
    public let values: JSONValue
    /// The name under which the file has a field, or ought to, where that is another.
    private let names: [String: String]

    public init(place: String, values: JSONValue) {
        self.init(place: place, values: values, names: [:])
    }

    private init(place: String, values: JSONValue, names: [String: String]) {
        self.place = place
        self.values = values
        self.names = names
    }

    /// The same configuration in the usual words.
    public func translated(from dialect: ConfigurationDialect) -> ModelConfiguration {
        guard case .object(var members) = values else { return self }
        var names: [String: String] = [:]
        for (field, own) in dialect.names where members[field] == nil {
            names[field] = own
            if let value = members[own] { members[field] = value }
        }
        for (field, value) in dialect.defaults where members[field] ?? .null == .null { members[field] = value }
        return ModelConfiguration(place: place, values: .object(members), names: names)
    }

    /// The names in `architectures`.
    ///
    /// - Throws: `ConfigurationError` where there are none.
    public var architectures: [String] {
        get throws(ConfigurationError) {
            let names = (values["architectures"]?.arrayValue ?? []).compactMap(\.stringValue)
            if names.isEmpty {
                throw error("architectures", expected: "a list with the model's class, such as [\"LlamaForCausalLM\"]")
            }
            return names
        }
    }

    /// A whole number of at least 1 that must be there.
    public func positive(_ field: String) throws(ConfigurationError) -> Int {
        guard let value = values[field] else { throw error(field, expected: "a whole number of at least 1") }
        return try positive(value, field)
    }

    /// A whole number of at least 1, or the default where the field is missing or null.
    public func positive(_ field: String, default fallback: Int) throws(ConfigurationError) -> Int {
        guard let value = values[field], value != .null else { return fallback }
        return try positive(value, field)
    }

    /// A whole number of at least 0, or the default where the field is missing or null.
    public func count(_ field: String, default fallback: Int) throws(ConfigurationError) -> Int {
        values[field] == .int(0) ? 0 : try positive(field, default: fallback)
    }

    /// A list of whole numbers of at least 0, empty where the field is missing or null.
    public func counts(_ field: String) throws(ConfigurationError) -> [Int] {
        guard let value = values[field], value != .null else { return [] }
        let numbers = value.arrayValue?.compactMap(\.intValue)
        guard let numbers, numbers.count == value.arrayValue?.count, numbers.allSatisfy({ $0 >= 0 }) else {
            throw error(field, expected: "a list of whole numbers of at least 0")
        }
        return numbers
    }

    /// A soft cap above 0, or `nil` where the field is missing or null.
    public func softCap(_ field: String) throws(ConfigurationError) -> Float? {
        guard let value = values[field], value != .null else { return nil }
        let cap = try number(field, default: 0)
        guard cap > 0 else { throw error(field, expected: "a number above 0, or null for none") }
        return Float(cap)
    }

    public func number(_ field: String, default fallback: Double) throws(ConfigurationError) -> Double {
        guard let value = values[field], value != .null else { return fallback }
        guard let number = value.doubleValue, number.isFinite else { throw error(field, expected: "a number") }
        return number
    }

    public func flag(_ field: String, default fallback: Bool) throws(ConfigurationError) -> Bool {
        guard let value = values[field], value != .null else { return fallback }
        guard let flag = value.boolValue else { throw error(field, expected: "true or false") }
        return flag
    }

    public func string(_ field: String, default fallback: String) throws(ConfigurationError) -> String {
        guard let value = values[field], value != .null else { return fallback }
        guard let string = value.stringValue else { throw error(field, expected: "a string") }
        return string
    }

    /// The nested object, or `nil` where the field is missing or null.
    public func object(_ field: String) throws(ConfigurationError) -> ModelConfiguration? {
        guard let value = values[field], value != .null else { return nil }
        guard case .object = value else { throw error(field, expected: "an object") }
        return ModelConfiguration(place: "\(place): \(field)", values: value)
    }

    /// How the file calls a field.
    public func name(of field: String) -> String { names[field] ?? field }

    /// A complaint about a field's value.
    public func error(_ field: String, expected: String) -> ConfigurationError {
        let found = values[field].map { "is \($0.summary)" } ?? "is missing"
        return ConfigurationError(place: place, problem: "'\(name(of: field))' \(found); expected \(expected)")
    }

    private func positive(_ value: JSONValue, _ field: String) throws(ConfigurationError) -> Int {
        // Products of any two sizes must not overflow.
        if let size = value.doubleValue, size > Double(Int32.max) {
            throw error(field, expected: "a whole number up to \(Int32.max)")
        }
        guard let number = value.intValue, number >= 1 else {
            throw error(field, expected: "a whole number of at least 1")
        }
        return number
    }

}

/// Something in a configuration file that cannot be used.
public struct ConfigurationError: UserError, Equatable {
    public let place: String
    public let problem: String

    public init(place: String, problem: String) {
        self.place = place
        self.problem = problem
    }

    public var kind: UserErrorKind { .data }
    public var description: String { "\(place): \(problem)" }
}
