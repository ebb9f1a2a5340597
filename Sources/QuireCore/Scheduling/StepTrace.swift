/// What one step did to the pages, for people who want to look at them; as things stand after it.
public struct StepTrace: Sendable {
    /// The block table of one sequence.
    public struct Table: Sendable, Hashable {
        public let request: RequestID
        public let branch: Int
        /// Tokens of the sequence.
        public let tokens: Int
        /// Tokens whose keys and values are in the cache.
        public let computed: Int
        /// What it holds, in the order of its tokens; where layers form several groups, one block of each for the same
        /// tokens. Blocks that left a window are not among them.
        public let blocks: [BlockID]
    }

    /// Steps since the engine began, from 1.
    public let step: Int
    /// Seconds that the whole step took.
    public let time: Double
    /// Tokens that were run, and those of them that are parts of prompts.
    public let tokens: Int
    public let promptTokens: Int
    public let running: Int
    public let waiting: Int
    public let freeBlocks: Int
    /// Blocks that can be found by what they hold.
    public let findableBlocks: Int
    /// Unreferenced blocks that can be found.
    public let cachedBlocks: [BlockID]
    /// What was held while the step ran, before anything was forked or dropped.
    public let usage: MemoryUsage
    public let tables: [Table]
    /// References to each block in use, by block.
    public let references: [(block: BlockID, count: Int)]
    public let copies: [BlockCopy]
    /// Findable blocks that were taken for something else.
    public let evictions: [BlockID]
    public let preemptions: [Preemption]
    public let admitted: [AdmittedRequest]
    /// Requests that ended.
    public let finished: [RequestID]
}
