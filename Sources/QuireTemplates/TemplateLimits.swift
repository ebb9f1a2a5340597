/// How much a template may do before it is stopped with an error of kind `limit`.
///
/// Templates come with models and are untrusted; the defaults leave room for any real conversation and stop a hostile
/// template well within a second.
public struct TemplateLimits: Hashable, Sendable {
    /// Expressions and statements evaluated, plus the work of operations on long values.
    public var steps = 2_000_000
    /// Expressions, statements and calls under way inside one another; the stack must hold them.
    public var depth = 250
    /// Bytes of UTF-8 that the rendered text may have.
    public var outputBytes = 16 << 20
    /// Bytes of one string, and 16 per element of one list or dictionary.
    public var valueBytes = 16 << 20
    /// Bytes of all values made in one rendering, whether they are still needed or not.
    public var allocatedBytes = 256 << 20
    /// Bytes of UTF-8 of a template's source.
    public var sourceBytes = 256 << 10

    public init() {}

    /// Nesting of blocks and of expressions that a template's source may have.
    static let sourceDepth = 100
    /// Names of variables in a template's source.
    static let variables = 500
    /// Nesting of lists and dictionaries.
    static let valueDepth = 100
}
