/// What a request may ask for: everything that can be known before serving it.
public struct RequestLimits: Sendable, Equatable {
    public let vocabularySize: Int
    /// Tokens that one sequence may have.
    public let maxModelLength: Int
    /// Sequences that one request may run at once.
    public let maxWidth: Int
    public let totalBlocks: Int
    /// What a sequence takes in each group of layers.
    public let windows: KVWindows
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
        vocabularySize: Int, scheduler: SchedulerConfiguration, totalBlocks: Int, windows: KVWindows,
        isSharing: Bool = true
    ) {
        self.vocabularySize = vocabularySize
        maxModelLength = scheduler.maxModelLength
        maxWidth = min(scheduler.maxSequences, scheduler.maxBatchedTokens)
        self.totalBlocks = totalBlocks
        self.windows = windows
        self.isSharing = isSharing
    }

    public var blockSize: Int { windows.blockSize }

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
                throw neverFits(tokens: needed, sequences: sequences, blocks: least)
            }
        }
        if let asked { return Admission(width: width, maxTokens: min(asked, limit)) }
        // As many tokens as all of them can have.
        let most = (needed...maxModelLength - 1).last(holding: {
            blocks(prompt: prompt, tokens: $0, width: width, of: sequences) <= totalBlocks
        })
        return Admission(width: width, maxTokens: most - prompt + 1)
    }

    /// The most blocks that `width` of a request's sequences hold until each has `tokens` tokens.
    private func blocks(prompt: Int, tokens: Int, width: Int, of sequences: Int) -> Int {
        // Sequences may share no more than the full blocks of the prompt.
        let shared = isSharing ? prompt / blockSize : 0
        let own = windows.blocks(forTokens: tokens) - shared
        // The prompt is kept for sequences that are still to come.
        let stem = width < sequences ? windows.blocks(forTokens: prompt) - shared : 0
        let lasting = shared + own * width + stem
        return (0..<windows.groupCount).reduce(0) { sum, group in
            // In a window they may share nothing, when they are computed again one after the other.
            let seen = windows.mostBlocks(ofGroup: group, tokens: tokens) * width
            let kept = width < sequences ? windows.mostBlocks(ofGroup: group, tokens: prompt) : 0
            return sum + min(lasting, seen + kept)
        }
    }

    private func neverFits(tokens: Int, sequences: Int, blocks: Int) -> RequestError {
        let groups = windows.groupCount
        let isWhole = sequences == 1 && !windows.areLimited
        return .neverFits(
            tokens: isWhole ? tokens : (blocks + groups - 1) / groups * blockSize,
            cacheTokens: totalBlocks / groups * blockSize)
    }
}
