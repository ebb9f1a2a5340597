import QuireCore
import Testing

@Suite("The KV cache")
struct KVCacheTests {
    static let layouts = [
        KVLayout(heads: 2, headDim: 4, blockSize: 8), KVLayout(heads: 1, headDim: 6, blockSize: 8),
        KVLayout(heads: 3, headDim: 2, blockSize: 8),
    ]

    @Test("layers of different sizes lie side by side, and a copy takes a block with it in all of them")
    func copying() throws {
        let cache = try KVCache(layouts: Self.layouts, totalBlocks: 5)
        #expect(KVCache.bytesPerBlock(Self.layouts) == 4 * 2 * 8 * (8 + 6 + 6))
        func block(_ layer: Int, _ block: Int) -> UnsafeMutableBufferPointer<Float> {
            let count = Self.layouts[layer].floatsPerBlock
            return UnsafeMutableBufferPointer(start: cache.baseAddress(layer: layer) + block * count, count: count)
        }
        for layer in 0..<3 {
            for id in 0..<5 {
                #expect(block(layer, id).allSatisfy { $0 == 0 }, "nothing was written yet")
                block(layer, id).update(repeating: Float(layer * 10 + id))
            }
        }
        cache.copy(try copies([(1, 4), (2, 0)]))
        for layer in 0..<3 {
            for (id, now) in [2, 1, 2, 3, 1].enumerated() {
                #expect(block(layer, id).allSatisfy { $0 == Float(layer * 10 + now) })
            }
        }
    }

    /// Copies as a block table asks for them: of blocks 1 and 2 to blocks 4 and 0, in a pool that hands out just those.
    private func copies(_ wanted: [(source: BlockID, target: BlockID)]) throws -> [BlockCopy] {
        var pool = BlockPool(total: 5, blockSize: 1)
        while pool.allocate() != nil {}
        var table = BlockTable()
        for block in wanted.map(\.source) { pool.release(block) }
        _ = table.reserve(writing: 0..<wanted.count, from: &pool)
        var child = table.fork(in: &pool)
        for block in wanted.map(\.target) { pool.release(block) }
        let copies = try #require(child.reserve(writing: 0..<wanted.count, from: &pool))
        #expect(copies.map(\.source) == wanted.map(\.source) && copies.map(\.target) == wanted.map(\.target))
        table.release(to: &pool)
        child.release(to: &pool)
        return copies
    }

    @Test("memory that the system refuses is an error with its size")
    func refusal() {
        let layout = KVLayout(heads: 1 << 20, headDim: 1 << 10, blockSize: 16)
        #expect {
            _ = try KVCache(layouts: [layout], totalBlocks: 1 << 20)
        } throws: {
            "\($0)".contains("the system refused") && "\($0)".contains("TiB for the KV cache")
        }
    }

    @Test("a cache without layers or blocks is possible")
    func empty() throws {
        try KVCache(layouts: [], totalBlocks: 0).copy([])
        #expect(try KVCache(layouts: Self.layouts, totalBlocks: 0).totalBlocks == 0)
    }
}
