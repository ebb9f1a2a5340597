/// What block tables hold at one moment.
public struct MemoryUsage: Sendable, Equatable {
    /// Slots that hold tokens, in each group of layers; those that several sequences hold together counted for each.
    public var tokens = 0
    /// Slots in the blocks that are taken.
    public var slots = 0
    /// Blocks that are taken.
    public var blocks = 0
    /// Entries of all block tables, without holes: the blocks that would be taken if none were shared.
    public var tableEntries = 0
    /// Different contents among those entries: the least blocks that can hold these very sequences. Counted for traces.
    public var distinctContents = 0
}
