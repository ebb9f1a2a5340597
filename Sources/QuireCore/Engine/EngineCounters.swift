/// Where an engine stands, and what it has done since it began.
public struct EngineCounters: Sendable, Equatable {
    /// Requests now.
    public var running = 0
    public var waiting = 0
    /// Blocks now; free ones may be findable.
    public var totalBlocks = 0
    public var freeBlocks = 0
    public var findableBlocks = 0
    /// Blocks that several sequences hold.
    public var sharedBlocks = 0
    /// Since the beginning: requests that gave their blocks back, blocks that were copied because somebody wrote to a
    /// shared one, findable blocks that were taken for something else, tokens that were found instead of computed.
    public var preemptions = 0
    public var copies = 0
    public var evictions = 0
    public var cachedTokens = 0
    public var steps = 0

    /// The share of the blocks that are in use, from 0 to 1.
    public var cacheUsage: Double { totalBlocks == 0 ? 0 : 1 - Double(freeBlocks) / Double(totalBlocks) }
}
