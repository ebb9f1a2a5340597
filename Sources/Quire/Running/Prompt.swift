import QuireCore

/// What a completion continues: text, or the ids of its tokens.
public enum Prompt: Sendable, Hashable, ExpressibleByStringLiteral {
    case text(String)
    case tokens([TokenID])

    public init(stringLiteral value: String) { self = .text(value) }
}

/// One of several prompts that cannot be served.
public struct PromptError: UserError {
    /// Index among the prompts.
    public let index: Int
    public let underlying: any Error

    public var kind: UserErrorKind { (underlying as? any UserError)?.kind ?? .internal }
    public var description: String { "prompt \(index + 1): \(underlying)" }
}
