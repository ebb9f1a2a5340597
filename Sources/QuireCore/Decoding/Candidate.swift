/// A sequence that waits for its next token.
public struct Candidate {
    /// The sequence's number within its request.
    public let branch: Int
    /// Prompt and generated tokens.
    public let tokens: [TokenID]
    /// Tokens of `tokens` that are the prompt's.
    public let promptCount: Int
    /// Sum of the generated tokens' log-probabilities; NaN where one was picked without.
    public let cumulativeLogprob: Double
    /// One per generated token, where the request asked for them.
    public let logprobs: [TokenLogprob]
    /// Logits `[vocabulary]` for the next token.
    public let logits: UnsafeBufferPointer<Float>
    private let endings: EndingRule
    private let text: StoppingText?

    init(_ sequence: SequenceState, of group: SequenceGroup, logits: UnsafeBufferPointer<Float>) {
        branch = sequence.branch
        tokens = sequence.tokens
        promptCount = group.request.prompt.count
        cumulativeLogprob = sequence.cumulativeLogprob
        logprobs = sequence.logprobs
        self.logits = logits
        endings = group.endings
        text = group.request.params.stop.isEmpty ? nil : sequence.text
    }

    /// Tokens that a completion may have.
    public var maxTokens: Int { endings.maxTokens }

    /// Tokens that would end the sequence now.
    public var endingTokens: Set<TokenID> {
        tokens.count + 1 - promptCount >= endings.minTokens ? endings.stopTokens : []
    }

    /// Why the sequence would end with a token; `nil` where it would go on.
    public func ending(with token: TokenID) -> Ending? {
        var text = text
        return endings.append(token, numGenerated: tokens.count + 1 - promptCount, text: &text).ending
    }

    /// The sequence as a finished hypothesis.
    public func hypothesis(with picked: PickedToken, ending: Ending, score: Double) -> Hypothesis {
        Hypothesis(
            tokenIDs: tokens[promptCount...] + [picked.token],
            cumulativeLogprob: cumulativeLogprob + picked.logprob,
            logprobs: logprobs + (picked.details.map { [$0] } ?? []), ending: ending, score: score)
    }
}
