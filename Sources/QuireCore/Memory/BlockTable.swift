/// A block whose contents must be copied before the step writes.
public struct BlockCopy: Equatable, Sendable {
    public let source: BlockID
    public let target: BlockID
}

/// The physical blocks of one sequence, in logical order: token `i` lies in `blocks[i / blockSize]`.
///
/// A table owns one reference per entry. It cannot be copied, only forked, and must be emptied before it goes.
public struct BlockTable: ~Copyable {
    public private(set) var blocks: [BlockID] = []

    public init() {}

    deinit { assert(blocks.isEmpty, "a block table was dropped with \(blocks.count) blocks") }

    /// How many blocks `reserve` would take for the tokens `written`: new ones and copies of shared ones.
    public func blocksNeeded(writing written: Range<Int>, in pool: borrowing BlockPool) -> Int {
        let new = max(0, pool.blocks(forTokens: written.upperBound) - blocks.count)
        return new + sharedBlocks(in: written, pool).count
    }

    /// Makes room to write the tokens `written`: takes blocks for those beyond the end, and replaces shared blocks by
    /// copies of its own.
    ///
    /// - Returns: the copies to carry out before writing, or `nil`, with nothing changed, where blocks are lacking.
    public mutating func reserve(writing written: Range<Int>, from pool: inout BlockPool) -> [BlockCopy]? {
        guard blocksNeeded(writing: written, in: pool) <= pool.freeCount else { return nil }
        var copies: [BlockCopy] = []
        for index in sharedBlocks(in: written, pool) {
            guard let own = pool.allocate() else { preconditionFailure("free blocks were counted wrongly") }
            copies.append(BlockCopy(source: blocks[index], target: own))
            pool.release(blocks[index])
            blocks[index] = own
        }
        while blocks.count < pool.blocks(forTokens: written.upperBound) {
            guard let block = pool.allocate() else { preconditionFailure("free blocks were counted wrongly") }
            blocks.append(block)
        }
        return copies
    }

    /// Begins with a block that holds what is wanted already; its reference passes to the table.
    mutating func append(found block: BlockID) { blocks.append(block) }

    /// Goes on with another block that holds the same, whose reference passes to the table; gives back its own.
    mutating func replace(_ index: Int, with same: BlockID, in pool: inout BlockPool) {
        pool.release(blocks[index])
        blocks[index] = same
    }

    /// A second table over the same blocks, the partial tail included; the first write to a shared block copies it.
    public func fork(in pool: inout BlockPool) -> BlockTable {
        var child = BlockTable()
        for block in blocks { pool.retain(block) }
        child.blocks = blocks
        return child
    }

    /// Gives all blocks back, the last first: the beginnings of texts are shared most and shall be kept longest.
    public mutating func release(to pool: inout BlockPool) {
        for block in blocks.reversed() { pool.release(block) }
        blocks.removeAll()
    }

    /// Logical blocks that must be copied before the tokens `written` are: shared ones among those that are written, or
    /// all shared ones where nothing may be shared.
    func sharedBlocks(in written: Range<Int>, _ pool: borrowing BlockPool) -> [Int] {
        guard !written.isEmpty else { return [] }
        let first = pool.isSharing ? written.lowerBound / pool.blockSize : 0
        let end = min(blocks.count, pool.blocks(forTokens: written.upperBound))
        var shared: [Int] = []
        for index in first..<max(first, end) where pool.referenceCount(of: blocks[index]) > 1 { shared.append(index) }
        return shared
    }
}
