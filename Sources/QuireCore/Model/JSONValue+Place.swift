import QuireJSON

extension JSONValue {
    /// Reads a document.
    ///
    /// - Throws: `ConfigurationError` that names the place.
    public init(
        parsing bytes: some Sequence<UInt8>, place: String, rules: JSONRules = JSONRules()
    ) throws(ConfigurationError) {
        do throws(JSONError) {
            try self.init(parsing: bytes, rules: rules)
        } catch {
            throw ConfigurationError(place: place, problem: "is not valid JSON (\(error))")
        }
    }
}
