/// The bounds of a step.
public struct SchedulerConfiguration: Sendable, Equatable {
    /// Sequences that run at once at most.
    public var maxSequences: Int
    /// Tokens that one step may run at most.
    public var maxBatchedTokens: Int
    /// Seconds that a step should take at most; chunks of prompts are cut to keep it.
    public var maxStepTime: Double?
    /// Tokens that one sequence may have.
    public var maxModelLength: Int
    /// Rows of logits that one step may hold for prompt log-probabilities.
    public var maxPromptRows: Int
    /// Whether blocks that hold the beginning of a prompt already are used again.
    public var cachesPrefixes: Bool
    /// Whether sequences may hold blocks together; `false` is there for comparison, and then no prefix is cached either.
    public var sharesBlocks: Bool
    /// Requests that may wait; one more is refused.
    public var maxQueuedRequests: Int
    /// Requests that may be admitted while one waits, before it goes ahead of every priority.
    public var maxOvertakes: Int

    public init(
        maxSequences: Int = 256, maxBatchedTokens: Int = 2_048, maxStepTime: Double? = nil, maxModelLength: Int,
        maxPromptRows: Int = 256, cachesPrefixes: Bool = true, sharesBlocks: Bool = true,
        maxQueuedRequests: Int = 1_024, maxOvertakes: Int = 256
    ) {
        self.maxSequences = maxSequences
        self.maxBatchedTokens = maxBatchedTokens
        self.maxStepTime = maxStepTime
        self.maxModelLength = maxModelLength
        self.maxPromptRows = maxPromptRows
        self.cachesPrefixes = cachesPrefixes && sharesBlocks
        self.sharesBlocks = sharesBlocks
        self.maxQueuedRequests = maxQueuedRequests
        self.maxOvertakes = maxOvertakes
    }
}
