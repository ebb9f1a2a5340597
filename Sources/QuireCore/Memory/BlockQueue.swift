/// Blocks in the order in which they were put in, linked through indices; every operation takes constant time.
struct BlockQueue {
    private var next: [BlockID]
    private var previous: [BlockID]
    private(set) var first: BlockID
    private var last: BlockID
    private(set) var count: Int

    private static let none: BlockID = -1

    /// All blocks from 0 up to, not including, `total`.
    init(all total: Int) {
        next = (0..<total).map { $0 + 1 < total ? BlockID($0 + 1) : Self.none }
        previous = (0..<total).map { BlockID($0) - 1 }
        first = total > 0 ? 0 : Self.none
        last = BlockID(total) - 1
        count = total
    }

    mutating func append(_ block: BlockID) {
        next[Int(block)] = Self.none
        previous[Int(block)] = last
        if last == Self.none { first = block } else { next[Int(last)] = block }
        last = block
        count += 1
    }

    mutating func removeFirst() -> BlockID? {
        guard first != Self.none else { return nil }
        let block = first
        remove(block)
        return block
    }

    /// Takes a block out of the middle; it must be in the queue.
    mutating func remove(_ block: BlockID) {
        let (before, after) = (previous[Int(block)], next[Int(block)])
        if before == Self.none { first = after } else { next[Int(before)] = after }
        if after == Self.none { last = before } else { previous[Int(after)] = before }
        count -= 1
    }

    /// The blocks in order, for checks; stops after `limit`, so that a cycle does not last for ever.
    func blocks(limit: Int) -> [BlockID] {
        var result: [BlockID] = []
        var block = first
        while block != Self.none, result.count <= limit {
            result.append(block)
            block = next[Int(block)]
        }
        return result
    }
}
