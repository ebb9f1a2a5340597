/// The index of one fixed-size block of the KV cache, the same in every layer.
public typealias BlockID = Int32

/// Which blocks are free and how many table entries refer to each of the others; every operation takes constant time.
///
/// Blocks are integers and the free list is linked through indices, so nothing is allocated while serving.
/// Pressure is an optional (`allocate` gives `nil`); a wrong call is a bug and traps.
public struct BlockPool: ~Copyable {
    public let blockSize: Int
    public let total: Int
    public private(set) var freeCount: Int
    private var references: [Int32]
    private var nextFree: [BlockID]
    private var firstFree: BlockID

    private static let none: BlockID = -1

    /// - Parameter blockSize: tokens per block.
    public init(total: Int, blockSize: Int) {
        precondition(total >= 0 && total < Int(BlockID.max) && blockSize > 0)
        self.total = total
        self.blockSize = blockSize
        freeCount = total
        references = Array(repeating: 0, count: total)
        nextFree = (0..<total).map { $0 + 1 < total ? BlockID($0 + 1) : Self.none }
        firstFree = total > 0 ? 0 : Self.none
    }

    /// The number of blocks that hold `tokens` tokens.
    public func blocks(forTokens tokens: Int) -> Int { (tokens + blockSize - 1) / blockSize }

    /// Takes a free block with one reference, or `nil` where none is free.
    public mutating func allocate() -> BlockID? {
        guard firstFree != Self.none else { return nil }
        let block = firstFree
        firstFree = nextFree[Int(block)]
        references[Int(block)] = 1
        freeCount -= 1
        return block
    }

    /// Adds a reference to a block that is in use.
    public mutating func retain(_ block: BlockID) {
        precondition(references[Int(block)] > 0, "block \(block) is free and cannot be shared")
        references[Int(block)] += 1
    }

    /// Drops a reference; the block is free again with the last one.
    public mutating func release(_ block: BlockID) {
        precondition(references[Int(block)] > 0, "block \(block) is free already")
        references[Int(block)] -= 1
        guard references[Int(block)] == 0 else { return }
        nextFree[Int(block)] = firstFree
        firstFree = block
        freeCount += 1
    }

    public func referenceCount(of block: BlockID) -> Int { Int(references[Int(block)]) }

    /// Traps unless `free + referenced == total`, the free list is exactly the unreferenced blocks, and every reference
    /// is owned by exactly one entry of `tables`.
    public func checkInvariants(tables: [[BlockID]]) {
        var owned = Array(repeating: Int32(0), count: total)
        for block in tables.joined() { owned[Int(block)] += 1 }
        precondition(owned == references, "references do not match the block tables")
        var seen = 0
        var block = firstFree
        while block != Self.none {
            precondition(references[Int(block)] == 0, "block \(block) is both free and in use")
            seen += 1
            precondition(seen <= total, "the free list has a cycle")
            block = nextFree[Int(block)]
        }
        precondition(seen == freeCount, "the free list has \(seen) blocks where \(freeCount) are counted")
        precondition(freeCount + references.count(where: { $0 > 0 }) == total, "blocks are lost")
    }
}
