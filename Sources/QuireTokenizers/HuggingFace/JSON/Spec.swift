import QuireJSON

/// A value of a tokenizer file and where it stands, read member by member.
struct Spec: Sendable {
    let json: JSONValue
    /// Such as `pre_tokenizer.pretokenizers[1]`; empty for the whole file.
    let path: String

    init(_ json: JSONValue, path: String = "") {
        self.json = json
        self.path = path
    }

    /// Reads a file's bytes.
    ///
    /// - Throws: `TokenizerError` with the offset of what is no JSON.
    init(parsing bytes: [UInt8]) throws(TokenizerError) {
        do throws(JSONError) {
            self.init(try JSONValue(parsing: bytes, rules: JSONRules(depth: 64)))
        } catch {
            throw TokenizerError(field: "offset \(error.offset)", value: error.found, expected: error.expected)
        }
    }

    func error(_ expected: String, value: String? = nil) -> TokenizerError {
        TokenizerError(field: path.isEmpty ? "the file" : path, value: value ?? json.summary, expected: expected)
    }

    private func place(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// A member, or nil where it is missing or null.
    func member(_ key: String) -> Spec? {
        guard let value = json[key], value != .null else { return nil }
        return Spec(value, path: place(key))
    }

    func required(_ key: String, _ expected: String) throws(TokenizerError) -> Spec {
        guard let found = member(key) else {
            throw TokenizerError(field: place(key), value: "missing", expected: expected)
        }
        return found
    }

    // MARK: Values

    var string: String? { json.stringValue }

    func asString(_ expected: String = "a text") throws(TokenizerError) -> String {
        guard let string else { throw error(expected) }
        return string
    }

    func asID() throws(TokenizerError) -> TokenID {
        guard case .int(let value) = json, (0...Vocabulary.maxID).contains(value) else {
            throw error("an id from 0 to \(Vocabulary.maxID)")
        }
        return TokenID(value)
    }

    func asDouble() throws(TokenizerError) -> Double {
        guard let value = json.doubleValue else { throw error("a number") }
        return value
    }

    func elements(_ expected: String = "a list") throws(TokenizerError) -> [Spec] {
        guard case .array(let values) = json else { throw error(expected) }
        return values.enumerated().map { Spec($1, path: "\(path)[\($0)]") }
    }

    // MARK: Members

    func string(_ key: String) throws(TokenizerError) -> String {
        try required(key, "a text").asString()
    }

    func string(_ key: String, default missing: String) throws(TokenizerError) -> String {
        try member(key)?.asString() ?? missing
    }

    func bool(_ key: String, default missing: Bool) throws(TokenizerError) -> Bool {
        guard let found = member(key) else { return missing }
        guard case .bool(let value) = found.json else { throw found.error("true or false") }
        return value
    }

    /// - Parameter range: what is allowed.
    func count(_ key: String, default missing: Int?, in range: ClosedRange<Int>) throws(TokenizerError) -> Int {
        guard let found = member(key) else {
            guard let missing else {
                throw TokenizerError(
                    field: place(key), value: "missing", expected: "\(range.lowerBound) to \(range.upperBound)")
            }
            return missing
        }
        guard case .int(let value) = found.json, range.contains(value) else {
            throw found.error("\(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func list(_ key: String) throws(TokenizerError) -> [Spec] {
        try required(key, "a list").elements()
    }

    /// A member that names one of several choices; their spelling may differ in case, as in files of several versions.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, default missing: Choice?
    ) throws(TokenizerError) -> Choice where Choice.RawValue == String {
        guard let found = member(key) else {
            if let missing { return missing }
            throw TokenizerError(field: place(key), value: "missing", expected: Self.names(Choice.self))
        }
        let name = try found.asString(Self.names(Choice.self))
        guard let choice = Choice.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() }) else {
            throw found.error(Self.names(Choice.self))
        }
        return choice
    }

    private static func names<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) -> String
    where Choice.RawValue == String {
        "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", ")
    }

    /// The member `type`, which says what kind of component this is.
    func kind() throws(TokenizerError) -> String {
        guard case .object = json else { throw error("an object with a type") }
        return try string("type")
    }

    func unknownKind(_ known: [String]) -> TokenizerError {
        let field = place("type")
        return TokenizerError(
            field: field, value: member("type")?.json.summary ?? "missing",
            expected: "one of " + known.sorted().joined(separator: ", "))
    }

    /// A member such as `{"Regex": "…"}` or `{"String": "…"}`.
    func pattern(_ key: String = "pattern") throws(TokenizerError) -> SplitPattern {
        let found = try required(key, "{\"String\": …} or {\"Regex\": …}")
        if let text = found.member("String") { return .string(Array(try text.asString().utf8)) }
        guard let regex = found.member("Regex") else { throw found.error("{\"String\": …} or {\"Regex\": …}") }
        let source = try regex.asString()
        do throws(RegexError) {
            return .regex(try TextPattern(source))
        } catch {
            throw regex.error(
                "a regular expression that can be used",
                value: "\"\(source)\", with \(error.problem) at character \(error.position)")
        }
    }

    /// A text that is one character.
    func character(_ key: String, default missing: String? = nil) throws(TokenizerError) -> [UInt8] {
        let text = if let missing { try string(key, default: missing) } else { try string(key) }
        guard text.unicodeScalars.count == 1 else {
            throw TokenizerError(field: place(key), value: "\"\(text)\"", expected: "one character")
        }
        return Array(text.utf8)
    }
}
