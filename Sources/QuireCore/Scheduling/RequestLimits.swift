/// What a request may ask for: everything that can be known before serving it.
public struct RequestLimits: Sendable, Equatable {
    public let vocabularySize: Int
    /// Tokens that one sequence may have.
    public let maxModelLength: Int
    /// Sequences that one request may run at once.
    public let maxWidth: Int
    public let totalBlocks: Int
    public let blockSize: Int
    /// Whether sequences may hold blocks together.
    public let isSharing: Bool

    /// What a request gets.
    public struct Admission: Sendable, Equatable {
        /// Sequences that run at once; the others of the request follow as these end.
        public let width: Int
        /// Tokens that each completion may have.
        public let maxTokens: Int
    }

    public init(
        vocabularySize: Int, scheduler: SchedulerConfiguration, totalBlocks: Int, blockSize: Int,
        isSharing: Bool = true
    ) {
        self.vocabularySize = vocabularySize
        maxModelLength = scheduler.maxModelLength
        maxWidth = min(scheduler.maxSequences, scheduler.maxBatchedTokens)
        self.totalBlocks = totalBlocks
        self.blockSize = blockSize
        self.isSharing = isSharing
    }

    /// What a request gets, whose parameters are valid and whose strategy runs `width` sequences.
    ///
    /// - Parameter together: whether all of them must run at once.
    /// - Throws: `RequestError` for what can never be served.
    package func admission(of request: Request, width: Int, together: Bool) throws(RequestError) -> Admission {
        let (params, prompt) = (request.params, request.prompt)
        if prompt.isEmpty { throw .emptyPrompt }
        if let wrong = prompt.first(where: { $0 < 0 || Int($0) >= vocabularySize }) {
            throw .tokenOutsideVocabulary(token: wrong, vocabularySize: vocabularySize)
        }
        guard prompt.count < maxModelLength else {
            throw .promptTooLong(tokens: prompt.count, limit: maxModelLength)
        }
        if !params.stop.isEmpty, request.makeTextStream == nil { throw .stopTextWithoutTokenizer }
        guard !together || width <= maxWidth else {
            throw .parameter(
                name: params.beamWidth == nil ? "n" : "beam_width", value: "\(width)",
                expected: "at most \(maxWidth), the smaller of max_num_seqs and max_num_batched_tokens")
        }
        return try fit(prompt: prompt.count, asked: params.maxTokens, sequences: width, together: together)
    }

    private func fit(prompt: Int, asked: Int?, sequences: Int, together: Bool) throws(RequestError) -> Admission {
        let limit = maxModelLength - prompt
        // The last token is returned, not run, so it needs no room.
        let needed = prompt + min(asked ?? 1, limit) - 1
        var width = min(sequences, maxWidth)
        while blocks(prompt: prompt, tokens: needed, width: width, of: sequences) > totalBlocks {
            width -= 1
            guard width > 0, !together else {
                let least = blocks(
                    prompt: prompt, tokens: needed, width: together ? sequences : 1, of: sequences)
                throw .neverFits(
                    tokens: sequences == 1 ? needed : least * blockSize, cacheTokens: totalBlocks * blockSize)
            }
        }
        if let asked { return Admission(width: width, maxTokens: min(asked, limit)) }
        // As many tokens as all of them can have.
        let shared = isSharing ? prompt / blockSize : 0
        let stem = stemBlocks(prompt: prompt, width: width, of: sequences)
        let own = (totalBlocks - shared - stem) / width
        return Admission(width: width, maxTokens: min(limit, (shared + own) * blockSize - prompt + 1))
    }

    /// Blocks that `width` of a request's sequences need when each has `tokens` tokens and they share no more than the
    /// full blocks of the prompt.
    private func blocks(prompt: Int, tokens: Int, width: Int, of sequences: Int) -> Int {
        let shared = isSharing ? prompt / blockSize : 0
        let own = (tokens + blockSize - 1) / blockSize - shared
        return shared + own * width + stemBlocks(prompt: prompt, width: width, of: sequences)
    }

    /// Blocks that keep the prompt for sequences that are still to come.
    private func stemBlocks(prompt: Int, width: Int, of sequences: Int) -> Int {
        guard width < sequences else { return 0 }
        let all = (prompt + blockSize - 1) / blockSize
        return isSharing ? all - prompt / blockSize : all
    }
}
