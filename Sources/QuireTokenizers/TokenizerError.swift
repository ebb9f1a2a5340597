/// Why a tokenizer could not be made: the place, the value found there and what is allowed.
public struct TokenizerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file it was read from, where there is one.
    public var file: String?
    /// The place inside the file or the argument, such as `pieces[12].score`.
    public var field: String
    /// What was found.
    public var value: String
    /// What would have been valid.
    public var expected: String

    public init(file: String? = nil, field: String, value: String, expected: String) {
        self.file = file
        self.field = field
        self.value = value
        self.expected = expected
    }

    public var description: String {
        let place = file.map { "\($0): \(field)" } ?? field
        return "\(place) is \(value), expected \(expected)"
    }
}
