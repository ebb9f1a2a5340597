/// What a request may ask for: everything that can be known before serving it.
public struct RequestLimits: Sendable, Equatable {
    public let vocabularySize: Int
    /// Tokens that one sequence may have.
    public let maxModelLength: Int
    /// Sequences that one request may run at once.
    public let maxWidth: Int
    public let totalBlocks: Int
    public let blockSize: Int

    public init(vocabularySize: Int, scheduler: SchedulerConfiguration, totalBlocks: Int, blockSize: Int) {
        self.vocabularySize = vocabularySize
        maxModelLength = scheduler.maxModelLength
        maxWidth = min(scheduler.maxSequences, scheduler.maxBatchedTokens)
        self.totalBlocks = totalBlocks
        self.blockSize = blockSize
    }

    /// Tokens that each completion of a request may have.
    ///
    /// - Throws: `RequestError` for what can never be served.
    public func admissibleTokens(of request: Request) throws(RequestError) -> Int {
        let (params, prompt) = (request.params, request.prompt)
        try params.validate(vocabularySize: vocabularySize)
        if prompt.isEmpty { throw .emptyPrompt }
        if let wrong = prompt.first(where: { $0 < 0 || Int($0) >= vocabularySize }) {
            throw .tokenOutsideVocabulary(token: wrong, vocabularySize: vocabularySize)
        }
        guard prompt.count < maxModelLength else {
            throw .promptTooLong(tokens: prompt.count, limit: maxModelLength)
        }
        if !params.stop.isEmpty, request.makeTextStream == nil { throw .stopTextWithoutTokenizer }
        guard params.n <= maxWidth else {
            throw .parameter(
                name: "n", value: "\(params.n)",
                expected: "at most \(maxWidth), the smaller of max_num_seqs and max_num_batched_tokens")
        }
        return try tokensThatFit(prompt: prompt.count, asked: params.maxTokens, sequences: params.n)
    }

    private func tokensThatFit(prompt: Int, asked: Int?, sequences: Int) throws(RequestError) -> Int {
        let tokensPerSequence = totalBlocks / sequences * blockSize
        let limit = maxModelLength - prompt
        // The last token is returned, not run, so it needs no room.
        let needed = prompt + min(asked ?? 1, limit) - 1
        guard needed <= tokensPerSequence else {
            throw .neverFits(tokens: needed * sequences, cacheTokens: totalBlocks * blockSize)
        }
        return asked.map { min($0, limit) } ?? min(limit, tokensPerSequence - prompt + 1)
    }
}
