import QuireJSON

/// How a family's `config.json` says what others say in the usual words.
public struct ConfigurationDialect: Sendable {
    /// Usual names of fields, and the family's.
    public let names: [String: String]
    /// What fields mean that a file leaves out.
    public let defaults: [String: JSONValue]

    public init(names: [String: String] = [:], defaults: [String: JSONValue] = [:]) {
        self.names = names
        self.defaults = defaults
    }
}
