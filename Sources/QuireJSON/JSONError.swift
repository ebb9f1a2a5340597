/// Why bytes are no JSON that can be used, and where.
public struct JSONError: Error, Equatable, CustomStringConvertible {
    /// In bytes from the start of the document.
    public let offset: Int
    public let found: String
    public let expected: String

    public init(offset: Int, found: String, expected: String) {
        self.offset = offset
        self.found = found
        self.expected = expected
    }

    /// Without the place, which callers name in their own way.
    public var problem: String { "found \(found), expected \(expected)" }
    public var description: String { "at byte \(offset): \(problem)" }
}
