/// What a reader of JSON accepts where RFC 8259 leaves the choice, and how much.
public struct JSONRules: Sendable {
    /// What becomes of a key that an object has twice.
    public enum DuplicateKeys: Sendable {
        case refused
        /// As in Python and JavaScript.
        case lastCounts
    }

    /// What becomes of a whole number that does not fit in an `Int`.
    public enum LargeIntegers: Sendable {
        case refused
        case rounded
    }

    public var duplicateKeys: DuplicateKeys
    public var largeIntegers: LargeIntegers
    /// Levels that values nest; bounded, so that no input exhausts the stack.
    public var depth: Int
    /// Values of a document: two bytes of text become a value of many bytes in memory.
    public var values: Int

    public init(
        duplicateKeys: DuplicateKeys = .lastCounts, largeIntegers: LargeIntegers = .rounded, depth: Int = 128,
        values: Int = 8_000_000
    ) {
        self.duplicateKeys = duplicateKeys
        self.largeIntegers = largeIntegers
        self.depth = depth
        self.values = values
    }
}
