/// A request's number within its engine.
public typealias RequestID = UInt64

/// Turns a growing sequence of tokens into text, a piece at a time. A value: a fork goes on with a copy.
public protocol TextStream: Sendable {
    /// The text that has become certain with this token; never half a character.
    mutating func append(_ token: TokenID) -> String
    /// What is left when no token follows.
    mutating func finish() -> String
}

/// What one caller asks for.
public struct Request: Sendable {
    public let id: RequestID
    public let prompt: [TokenID]
    public let params: SamplingParams
    /// The model's end-of-sequence tokens.
    public let endTokens: Set<TokenID>
    /// `params.badWords` as tokens; each may be spelled in several ways.
    public let badWords: [[TokenID]]
    /// Makes the text of a completion; `nil` where only token ids are wanted, and then there are no stop texts.
    public let makeTextStream: (@Sendable () -> any TextStream)?

    public init(
        id: RequestID, prompt: [TokenID], params: SamplingParams, endTokens: Set<TokenID> = [],
        badWords: [[TokenID]] = [],
        makeTextStream: (@Sendable () -> any TextStream)? = nil
    ) {
        self.id = id
        self.prompt = prompt
        self.params = params
        self.endTokens = endTokens
        self.badWords = badWords
        self.makeTextStream = makeTextStream
    }

    /// Tokens that end a completion when they are chosen.
    public var stopTokens: Set<TokenID> {
        params.ignoreEOS ? Set(params.stopTokenIDs) : endTokens.union(params.stopTokenIDs)
    }
}
