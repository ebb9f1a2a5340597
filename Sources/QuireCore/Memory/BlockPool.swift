/// The index of one fixed-size block of the KV cache, the same in every layer of its group.
public typealias BlockID = Int32

/// Which blocks are free, how many table entries refer to each of the others, and which can be found again by what
/// they hold; every operation takes constant time.
///
/// Blocks are integers and the queue of free ones is linked through indices, so nothing is allocated while serving but
/// entries of the hash table. A freed block stays findable until it is taken for something else, least recently freed
/// first. Pressure is an optional (`allocate` gives `nil`); a wrong call is a bug and traps.
public struct BlockPool: ~Copyable {
    public let blockSize: Int
    public let total: Int
    /// Whether tables may hold a block together; otherwise each gets copies of its own before its next write.
    public let isSharing: Bool
    /// What the tables hold for each group of layers.
    public let windows: KVWindows
    private var references: [Int32]
    private var free: BlockQueue
    /// What each block holds, where it can be found by that.
    private var hashes: [BlockHash?]
    private var blocksByHash: [BlockHash: BlockID] = [:]
    /// Blocks with several references.
    public private(set) var sharedCount = 0
    /// Findable blocks that were taken for something else.
    public private(set) var numEvictions = 0
    /// Those of them since the list was last emptied, where somebody wants to know: `nil` keeps no list.
    var evicted: [BlockID]?

    /// - Parameters:
    ///   - blockSize: tokens per block.
    ///   - isSharing: `false` is there for comparison.
    ///   - windows: of each group of layers; see `KVGroups`.
    public init(total: Int, blockSize: Int, isSharing: Bool = true, windows: [Int?] = [nil]) {
        precondition(total >= 0 && total < Int(BlockID.max) && blockSize > 0)
        self.windows = KVWindows(windows, blockSize: blockSize)
        self.total = total
        self.blockSize = blockSize
        self.isSharing = isSharing
        references = Array(repeating: 0, count: total)
        free = BlockQueue(all: total)
        hashes = Array(repeating: nil, count: total)
    }

    /// Blocks without references, findable or not.
    public var freeCount: Int { free.count }
    /// Blocks that can be found by what they hold, with or without references.
    public var findableCount: Int { blocksByHash.count }

    /// Unreferenced blocks that can be found by what they hold; takes time proportional to all blocks.
    public var cachedBlocks: [BlockID] {
        hashes.indices.filter { hashes[$0] != nil && references[$0] == 0 }.map { BlockID($0) }
    }

    /// The number of blocks of one group that hold `tokens` tokens.
    public func blocks(forTokens tokens: Int) -> Int { (tokens + blockSize - 1) / blockSize }

    /// Takes the least recently freed block, with one reference, or `nil` where none is free.
    public mutating func allocate() -> BlockID? {
        guard let block = free.removeFirst() else { return nil }
        if let hash = hashes[Int(block)] {
            blocksByHash[hash] = nil
            hashes[Int(block)] = nil
            numEvictions += 1
            evicted?.append(block)
        }
        references[Int(block)] = 1
        return block
    }

    /// Adds a reference to a block that is in use.
    public mutating func retain(_ block: BlockID) {
        precondition(references[Int(block)] > 0, "block \(block) is free and cannot be shared")
        addReference(to: block)
    }

    /// Drops a reference; the block is free again with the last one.
    public mutating func release(_ block: BlockID) {
        precondition(references[Int(block)] > 0, "block \(block) is free already")
        references[Int(block)] -= 1
        if references[Int(block)] == 1 { sharedCount -= 1 }
        if references[Int(block)] == 0 { free.append(block) }
    }

    private mutating func addReference(to block: BlockID) {
        references[Int(block)] += 1
        if references[Int(block)] == 2 { sharedCount += 1 }
    }

    /// Makes a full block findable. One in use that holds the same stays; a free one gives way, so that sequences that
    /// begin alike come together on the blocks that are in use.
    ///
    /// - Returns: whether the block is found by the hash now.
    @discardableResult
    public mutating func publish(_ block: BlockID, as hash: BlockHash) -> Bool {
        precondition(references[Int(block)] > 0, "block \(block) is free and holds nothing")
        if let other = blocksByHash[hash] {
            if other == block { return true }
            if references[Int(other)] > 0 { return false }
            hashes[Int(other)] = nil
        }
        precondition(hashes[Int(block)] == nil, "block \(block) holds something else")
        hashes[Int(block)] = hash
        blocksByHash[hash] = block
        return true
    }

    /// Makes a block unfindable: it does not hold what was promised.
    public mutating func retract(_ block: BlockID) {
        guard let hash = hashes[Int(block)] else { return }
        hashes[Int(block)] = nil
        blocksByHash[hash] = nil
    }

    /// Takes a reference to the block that holds what the hash says, or `nil` where there is none.
    public mutating func take(_ hash: BlockHash) -> BlockID? {
        guard let block = blocksByHash[hash] else { return nil }
        if references[Int(block)] == 0 { free.remove(block) }
        addReference(to: block)
        return block
    }

    public func referenceCount(of block: BlockID) -> Int { Int(references[Int(block)]) }

    /// Whether a block holds what the hash says.
    public func isFindable(_ hash: BlockHash) -> Bool { blocksByHash[hash] != nil }

    /// Traps unless `free + referenced == total`, the free blocks are exactly the unreferenced ones, every reference is
    /// owned by exactly one entry of `tables`, and findable blocks are where their hashes say.
    public func checkInvariants(tables: [[BlockID]]) {
        var owned = Array(repeating: Int32(0), count: total)
        for block in tables.joined() { owned[Int(block)] += 1 }
        precondition(owned == references, "references do not match the block tables")
        let listed = free.blocks(limit: total)
        precondition(listed.count == free.count, "the free list has \(listed.count) blocks where \(free.count) count")
        precondition(Set(listed).count == listed.count, "a block is free twice")
        precondition(listed.allSatisfy { references[Int($0)] == 0 }, "a block is both free and in use")
        precondition(free.count + references.count(where: { $0 > 0 }) == total, "blocks are lost")
        precondition(references.count(where: { $0 > 1 }) == sharedCount, "shared blocks are miscounted")
        precondition(blocksByHash.allSatisfy { hashes[Int($1)] == $0 }, "a hash leads to another block")
        precondition(hashes.count(where: { $0 != nil }) == blocksByHash.count, "a findable block is not found")
    }
}
