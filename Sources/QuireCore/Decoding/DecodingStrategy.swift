/// A sequence that waits for its next token.
public struct Candidate {
    /// The sequence's number within its request, kept through forks.
    public let branch: Int
    /// Prompt and generated tokens.
    public let tokens: [TokenID]
    /// Sum of the generated tokens' log-probabilities.
    public let cumulativeLogprob: Double
    /// Logits `[vocabulary]` for the next token.
    public let logits: UnsafeBufferPointer<Float>
}

/// One way in which a candidate goes on.
public struct Continuation {
    /// Index among the candidates.
    public let parent: Int
    public let picked: PickedToken

    public init(parent: Int, picked: PickedToken) {
        self.parent = parent
        self.picked = picked
    }
}

/// Owns how a request's sequences fork, survive and finish, by saying how each step's candidates go on.
///
/// A candidate that goes on twice is forked, one that does not go on is dropped; the engine does both on block tables.
public protocol DecodingStrategy: Sendable {
    static var name: String { get }

    init(params: SamplingParams) throws

    /// Sequences that run at once at most.
    var width: Int { get }

    /// Chooses how the candidates of one request go on. May run on any thread, for one request at a time.
    ///
    /// - Parameter isFirst: whether these are the first tokens after the prompt.
    mutating func advance(_ candidates: [Candidate], isFirst: Bool, picker: TokenPicker) throws -> [Continuation]
}
