import QuireJSON

extension MappedBytes {
    /// The one JSON value that the bytes hold; a key that is there twice could mean two things, and is an error.
    ///
    /// - Parameter field: names the text in errors, for example `header`.
    func json(field: String) throws(FormatError) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(
                parsing: withUnsafeBytes { Array($0) }, rules: JSONRules(duplicateKeys: .refused, depth: 32))
        } catch {
            throw FormatError(
                file: file.path, place: "\(field) at byte \(offset + error.offset)", problem: error.problem)
        }
    }
}
