/// Why a completion ended.
public enum FinishReason: String, Sendable, Codable {
    /// An end token, a stop token or a stop text.
    case stop
    /// `max_tokens`, or the end of the context.
    case length
}

/// What made a completion stop, where that was the request's own wish.
public enum StopReason: Sendable, Hashable {
    case token(TokenID)
    case text(String)
}

/// One completion of a prompt.
public struct CompletionOutput: Sendable, Hashable {
    public let index: Int
    /// `nil` where the request had no tokenizer.
    public let text: String?
    /// With the token that ended it.
    public let tokenIDs: [TokenID]
    /// Sum of the tokens' log-probabilities; `nil` where the request asked for none and its strategy
    /// needs none.
    public let cumulativeLogprob: Double?
    /// One per token, where the request asked for them.
    public let logprobs: [TokenLogprob]?
    public let finishReason: FinishReason
    /// `nil` for an end-of-sequence token.
    public let stopReason: StopReason?
    /// What beam search orders its hypotheses by: the cumulative log-probability over the length to the power of
    /// `length_penalty`. `nil` without beam search.
    public var score: Double?
}

/// What a request cost; seconds since it was added.
public struct RequestMetrics: Sendable, Hashable {
    /// Prompt tokens whose keys and values were found in the cache.
    public var cachedTokens = 0
    /// Tokens that were run through the model, recomputation included.
    public var computedTokens = 0
    public var preemptions = 0
    public var timeToFirstToken: Double = 0
    public var totalTime: Double = 0
}

/// The whole answer to a request.
public struct RequestOutput: Sendable {
    public let requestID: RequestID
    /// The text asked with; `nil` for a prompt of token ids.
    public var prompt: String?
    public let promptTokenIDs: [TokenID]
    /// One per prompt token where asked for; the first has none.
    public let promptLogprobs: [TokenLogprob?]?
    public let outputs: [CompletionOutput]
    public let metrics: RequestMetrics
}

/// What one step brought for one request.
public struct RequestUpdate: Sendable {
    /// New tokens of one completion, and the text that became certain with them.
    public struct Delta: Sendable {
        public let index: Int
        public let tokenIDs: [TokenID]
        public let text: String
        /// One per token where the request asked for them and the tokens were drawn; a search has them at its end.
        public let logprobs: [TokenLogprob]
        /// Where the completion ended with these tokens.
        public let ending: Ending?

        public init(
            index: Int, tokenIDs: [TokenID], text: String, logprobs: [TokenLogprob] = [], ending: Ending? = nil
        ) {
            self.index = index
            self.tokenIDs = tokenIDs
            self.text = text
            self.logprobs = logprobs
            self.ending = ending
        }
    }

    /// The best hypothesis of a search as it stands now; the next update may have another one.
    public struct Best: Sendable {
        public let tokenIDs: [TokenID]
        /// `nil` where the request has no tokenizer.
        public let text: String?
    }

    public let requestID: RequestID
    /// What is certain: never taken back.
    public let deltas: [Delta]
    /// Where the request is a search.
    public let best: Best?
    /// The last update of a request has its result.
    public let result: Result<RequestOutput, any Error>?

    public init(
        requestID: RequestID, deltas: [Delta], best: Best? = nil, result: Result<RequestOutput, any Error>?
    ) {
        self.requestID = requestID
        self.deltas = deltas
        self.best = best
        self.result = result
    }
}
