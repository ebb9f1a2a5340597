/// A block whose contents must be copied before the step writes.
public struct BlockCopy: Equatable, Sendable {
    public let source: BlockID
    public let target: BlockID
}

/// The physical blocks of one sequence, in logical order: token `i` lies in logical block `i / blockSize`, which has one
/// physical block for each group of layers.
///
/// A table owns one reference per entry. It cannot be copied, only forked, and must be emptied before it goes. Blocks
/// that no later token sees are given back and leave holes, in each group at the beginning.
public struct BlockTable: ~Copyable {
    /// One logical block after the other, and in each the entries of all groups in order.
    public private(set) var blocks: [BlockID] = []
    /// Logical blocks, those that are given back included.
    public private(set) var count = 0
    private var numHoles = 0

    /// Stands for a block that was given back.
    public static let hole: BlockID = -1

    public init() {}

    deinit { assert(blocks.isEmpty, "a block table was dropped with \(blocks.count) blocks") }

    /// The entries without holes.
    public var heldBlocks: [BlockID] { numHoles == 0 ? blocks : blocks.filter { $0 != Self.hole } }
    public var numHeldBlocks: Int { blocks.count - numHoles }

    /// How many blocks `reserve` would take for the tokens `written`: new ones and copies of shared ones.
    public func blocksNeeded(writing written: Range<Int>, in pool: borrowing BlockPool) -> Int {
        newBlocks(upTo: written.upperBound, pool) + sharedEntries(in: written, pool).count
    }

    /// Blocks, in all groups, that are lacking to hold `tokens` tokens.
    func newBlocks(upTo tokens: Int, _ pool: borrowing BlockPool) -> Int {
        max(0, pool.blocks(forTokens: tokens) - count) * pool.windows.groupCount
    }

    /// Makes room to write the tokens `written`: takes blocks for those beyond the end, and replaces shared blocks by
    /// copies of its own.
    ///
    /// - Returns: the copies to carry out before writing, or `nil`, with nothing changed, where blocks are lacking.
    public mutating func reserve(writing written: Range<Int>, from pool: inout BlockPool) -> [BlockCopy]? {
        guard blocksNeeded(writing: written, in: pool) <= pool.freeCount else { return nil }
        var copies: [BlockCopy] = []
        for index in sharedEntries(in: written, pool) {
            guard let own = pool.allocate() else { preconditionFailure("free blocks were counted wrongly") }
            copies.append(BlockCopy(source: blocks[index], target: own))
            pool.release(blocks[index])
            blocks[index] = own
        }
        while count < pool.blocks(forTokens: written.upperBound) {
            for _ in 0..<pool.windows.groupCount {
                guard let block = pool.allocate() else { preconditionFailure("free blocks were counted wrongly") }
                blocks.append(block)
            }
            count += 1
        }
        return copies
    }

    /// Gives back the blocks that no token sees which is at `position` or later.
    public mutating func releaseUnseen(from position: Int, to pool: inout BlockPool) {
        let groupCount = pool.windows.groupCount
        for group in 0..<groupCount {
            var index = min(pool.windows.firstBlock(ofGroup: group, at: position), count) - 1
            while index >= 0, blocks[index * groupCount + group] != Self.hole {
                pool.release(blocks[index * groupCount + group])
                blocks[index * groupCount + group] = Self.hole
                numHoles += 1
                index -= 1
            }
        }
    }

    /// Goes on with the next logical block, which holds what is wanted already: an entry for each group, the references
    /// of which pass to the table.
    mutating func append(found entry: (_ group: Int) -> BlockID, groups: Int) {
        for group in 0..<groups {
            blocks.append(entry(group))
            if blocks[blocks.count - 1] == Self.hole { numHoles += 1 }
        }
        count += 1
    }

    /// Goes on with another block that holds the same, whose reference passes to the table; gives back its own.
    mutating func replace(_ index: Int, with same: BlockID, in pool: inout BlockPool) {
        pool.release(blocks[index])
        blocks[index] = same
    }

    /// A second table over the same blocks, the partial tail included; the first write to a shared block copies it.
    public func fork(in pool: inout BlockPool) -> BlockTable {
        var child = BlockTable()
        for block in blocks where block != Self.hole { pool.retain(block) }
        child.blocks = blocks
        child.count = count
        child.numHoles = numHoles
        return child
    }

    /// Gives all blocks back, the last first: the beginnings of texts are shared most and shall be kept longest.
    public mutating func release(to pool: inout BlockPool) {
        for block in blocks.reversed() where block != Self.hole { pool.release(block) }
        blocks.removeAll()
        count = 0
        numHoles = 0
    }

    /// Entries that must be copied before the tokens `written` are: shared ones among those that are written, or all
    /// shared ones where nothing may be shared.
    func sharedEntries(in written: Range<Int>, _ pool: borrowing BlockPool) -> [Int] {
        guard !written.isEmpty else { return [] }
        let groupCount = pool.windows.groupCount
        let first = pool.isSharing ? written.lowerBound / pool.blockSize : 0
        let end = min(count, pool.blocks(forTokens: written.upperBound))
        var shared: [Int] = []
        for index in (first * groupCount)..<(max(first, end) * groupCount)
        where blocks[index] != Self.hole && pool.referenceCount(of: blocks[index]) > 1 {
            shared.append(index)
        }
        return shared
    }
}
