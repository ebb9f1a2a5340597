import QuireCore
import Testing

@Suite("Blocks")
struct BlockPoolTests {
    @Test("a pool gives each block once and none when it is empty")
    func exhaustion() {
        var pool = BlockPool(total: 5, blockSize: 16)
        let blocks = (0..<5).compactMap { _ in pool.allocate() }
        #expect(Set(blocks).count == 5)
        #expect(pool.allocate() == nil)
        for block in blocks { pool.release(block) }
        #expect(pool.freeCount == 5)
    }

    @Test("a table takes blocks only as tokens need them")
    func demand() throws {
        var pool = BlockPool(total: 8, blockSize: 4)
        var table = BlockTable()
        _ = try #require(table.reserve(writing: 0..<4, from: &pool))
        #expect(table.blocks.count == 1)
        _ = try #require(table.reserve(writing: 4..<5, from: &pool))
        #expect(table.blocks.count == 2 && pool.freeCount == 6)
        table.release(to: &pool)
        #expect(pool.freeCount == 8)
    }

    @Test("a table that lacks blocks takes none")
    func allOrNothing() {
        var pool = BlockPool(total: 2, blockSize: 4)
        var table = BlockTable()
        #expect(table.reserve(writing: 0..<9, from: &pool) == nil)
        #expect(pool.freeCount == 2 && table.blocks.isEmpty)
    }

    @Test("a fork shares the partial tail until its first write, which copies it once")
    func copyOnWrite() throws {
        var pool = BlockPool(total: 8, blockSize: 4)
        var parent = BlockTable()
        _ = parent.reserve(writing: 0..<6, from: &pool)
        var child = parent.fork(in: &pool)
        #expect(child.blocks == parent.blocks && pool.freeCount == 6)
        #expect(child.blocksNeeded(writing: 6..<7, in: pool) == 1)
        let copies = try #require(child.reserve(writing: 6..<7, from: &pool))
        #expect(copies.map(\.source) == [parent.blocks[1]] && copies.map(\.target) == [child.blocks[1]])
        #expect(child.blocks[0] == parent.blocks[0])
        // The parent is now the tail's only owner, so it writes in place.
        #expect(try #require(parent.reserve(writing: 6..<7, from: &pool)).isEmpty)
        parent.release(to: &pool)
        child.release(to: &pool)
        #expect(pool.freeCount == 8)
    }

    @Test("a pool counts references as a plain dictionary does", arguments: 0..<20)
    func references(seed: Int) {
        var dice = Dice(seed)
        let total = dice.roll(1..<40)
        var pool = BlockPool(total: total, blockSize: 16)
        var counts: [BlockID: Int] = [:]
        for _ in 0..<1_000 {
            let known = counts.keys.sorted()
            switch dice.roll(0..<3) {
            case 0:
                let block = pool.allocate()
                #expect((block == nil) == (counts.count == total))
                if let block {
                    #expect(counts.updateValue(1, forKey: block) == nil, "a block in use was given again")
                }
            case 1 where !known.isEmpty:
                let block = dice.pick(known)
                pool.retain(block)
                counts[block, default: 0] += 1
            case 2 where !known.isEmpty:
                let block = dice.pick(known)
                pool.release(block)
                counts[block, default: 0] -= 1
                if counts[block] == 0 { counts[block] = nil }
            default: break
            }
            #expect(pool.freeCount == total - counts.count)
            pool.checkInvariants(tables: [counts.flatMap { Array(repeating: $0.key, count: $0.value) }])
        }
        for block in 0..<BlockID(total) { #expect(pool.referenceCount(of: block) == counts[block, default: 0]) }
    }

    @Test("a write into the middle copies just the shared blocks that it touches")
    func middleWrite() throws {
        var pool = BlockPool(total: 12, blockSize: 4)
        var parent = BlockTable()
        _ = parent.reserve(writing: 0..<16, from: &pool)
        var child = parent.fork(in: &pool)
        let copies = try #require(child.reserve(writing: 5..<12, from: &pool))
        #expect(copies.map(\.source) == Array(parent.blocks[1..<3]))
        #expect(child.blocks[0] == parent.blocks[0] && child.blocks[3] == parent.blocks[3])
        #expect(try #require(child.reserve(writing: 9..<9, from: &pool)).isEmpty, "an empty write needs nothing")
        pool.checkInvariants(tables: [parent.blocks, child.blocks])
        parent.release(to: &pool)
        child.release(to: &pool)
    }

    @Test("a number of tokens needs its blocks, the last one perhaps in part")
    func rounding() {
        let pool = BlockPool(total: 1, blockSize: 4)
        #expect([0, 1, 4, 5, 8, 9].map { pool.blocks(forTokens: $0) } == [0, 1, 1, 2, 2, 3])
    }

    @Test("broken invariants trap: a block released twice, a table entry too many, a free block shared")
    func traps() async {
        await #expect(processExitsWith: .failure) {
            var pool = BlockPool(total: 2, blockSize: 4)
            guard let block = pool.allocate() else { return }
            pool.release(block)
            pool.release(block)
        }
        await #expect(processExitsWith: .failure) {
            var pool = BlockPool(total: 2, blockSize: 4)
            guard let block = pool.allocate() else { return }
            pool.checkInvariants(tables: [[block], [block]])
        }
        await #expect(processExitsWith: .failure) {
            var pool = BlockPool(total: 2, blockSize: 4)
            pool.retain(1)
        }
    }

    @Test("random operations keep the invariants, and agree with a plain model of memory", arguments: 0..<20)
    func randomOperations(seed: Int) {
        var dice = Dice(seed)
        let blockSize = dice.roll(1..<9)
        let windows: [Int?] = dice.pick([[nil], [nil], [6], [1], [nil, 9], [nil, 4, 20]])
        var pool = BlockPool(
            total: dice.roll(1..<60) * windows.count, blockSize: blockSize, isSharing: dice.chance(80), windows: windows
        )
        var tables = Tables()
        for _ in 0..<400 {
            switch dice.roll(0..<5) {
            case 0: tables.add()
            case 1: tables.grow(dice.roll(0..<1_000), by: dice.roll(1..<20), &pool)
            case 2: tables.fork(dice.roll(0..<1_000), &pool)
            case 3: tables.releaseUnseen(dice.roll(0..<1_000), &pool)
            default: tables.remove(dice.roll(0..<1_000), &pool)
            }
            pool.checkInvariants(tables: tables.allBlocks)
            tables.checkContents(pool.windows)
        }
        tables.removeAll(&pool)
        #expect(pool.freeCount == pool.total)
    }
}

/// Tables, and what each sequence believes to have written where: one cell per slot, shared through blocks.
private struct Tables: ~Copyable {
    private final class Entry {
        var table = BlockTable()
        var written: [Int] = []
        /// Where the next token stood when its table last gave back what is not seen.
        var released = 0
    }

    private var entries: [Entry] = []
    private var memory: [Int: Int] = [:]
    private var stamp = 0
    private var blockSize = 1

    var allBlocks: [[BlockID]] { entries.map { $0.table.heldBlocks } }

    mutating func add() { entries.append(Entry()) }

    mutating func grow(_ pick: Int, by count: Int, _ pool: inout BlockPool) {
        guard !entries.isEmpty else { return }
        blockSize = pool.blockSize
        let entry = entries[pick % entries.count]
        let start = entry.written.count
        let needed = entry.table.blocksNeeded(writing: start..<(start + count), in: pool)
        let free = pool.freeCount
        guard let copies = entry.table.reserve(writing: start..<(start + count), from: &pool) else {
            precondition(needed > free, "blocks were there and were not given")
            return
        }
        precondition(needed <= free)
        for copy in copies {
            precondition(pool.referenceCount(of: copy.source) > 0)
            for slot in 0..<blockSize {
                memory[Int(copy.target) * blockSize + slot] = memory[Int(copy.source) * blockSize + slot]
            }
        }
        for position in start..<(start + count) {
            stamp += 1
            for group in 0..<pool.windows.groupCount {
                let block = entry.table.blocks[position / blockSize * pool.windows.groupCount + group]
                precondition(pool.referenceCount(of: block) == 1, "a write to a shared block")
                memory[Int(block) * blockSize + position % blockSize] = stamp + group * 1_000_000
            }
            entry.written.append(stamp)
        }
    }

    mutating func releaseUnseen(_ pick: Int, _ pool: inout BlockPool) {
        guard !entries.isEmpty else { return }
        let entry = entries[pick % entries.count]
        entry.released = entry.written.count
        entry.table.releaseUnseen(from: entry.released, to: &pool)
    }

    mutating func fork(_ pick: Int, _ pool: inout BlockPool) {
        guard !entries.isEmpty else { return }
        let parent = entries[pick % entries.count]
        let child = Entry()
        child.table = parent.table.fork(in: &pool)
        child.written = parent.written
        child.released = parent.released
        entries.append(child)
    }

    mutating func remove(_ pick: Int, _ pool: inout BlockPool) {
        guard !entries.isEmpty else { return }
        entries.remove(at: pick % entries.count).table.release(to: &pool)
    }

    mutating func removeAll(_ pool: inout BlockPool) {
        while !entries.isEmpty { remove(0, &pool) }
    }

    /// Every sequence still reads what it wrote, but for blocks of which a window sees nothing.
    func checkContents(_ windows: KVWindows) {
        for entry in entries {
            for (position, stamp) in entry.written.enumerated() {
                for (group, window) in windows.sizes.enumerated() {
                    let block = Int(entry.table.blocks[position / blockSize * windows.groupCount + group])
                    let end = (position / blockSize + 1) * blockSize
                    guard end > entry.released - (window ?? .max) + 1 else {
                        precondition(block == BlockTable.hole, "a block is held that no token sees")
                        continue
                    }
                    let cell = memory[block * blockSize + position % blockSize]
                    precondition(cell == stamp + group * 1_000_000, "a sequence lost a token")
                }
            }
        }
    }
}
