import QuireCore
import Testing

@Suite("The KV cache")
struct KVCacheTests {
    static func layouts(_ type: KVCacheType) -> [KVLayout] {
        [(2, 4), (1, 6), (3, 2)].map { KVLayout(heads: $0, headDim: $1, blockSize: 8, type: type) }
    }

    @Test(
        "layers of different sizes lie side by side, and a copy takes a block with it in all of them",
        arguments: KVCacheType.allCases)
    func copying(type: KVCacheType) throws {
        let layouts = Self.layouts(type)
        let cache = try KVCache(layouts: layouts, totalBlocks: 5)
        func block(_ layer: Int, _ block: Int) -> UnsafeMutableBufferPointer<UInt8> {
            let count = layouts[layer].bytesPerBlock
            let start = cache.baseAddress(layer: layer) + block * count
            return UnsafeMutableBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
        }
        for layer in 0..<3 {
            for id in 0..<5 {
                #expect(block(layer, id).allSatisfy { $0 == 0 }, "nothing was written yet")
                block(layer, id).update(repeating: UInt8(layer * 10 + id))
            }
        }
        cache.copy(try copies([(1, 4), (2, 0)]))
        for layer in 0..<3 {
            for (id, now) in [2, 1, 2, 3, 1].enumerated() {
                #expect(block(layer, id).allSatisfy { $0 == UInt8(layer * 10 + now) })
            }
        }
    }

    @Test("layers of one group never touch each other's bytes, and groups share nothing but blocks")
    func groups() throws {
        // Two of six layers see everything: three groups of two.
        let layout = KVLayout(heads: 1, headDim: 3, blockSize: 5)
        let groups = KVGroups(
            layouts: Array(repeating: layout, count: 6), windows: [4, nil, 4, 4, nil, 4])
        let cache = try KVCache(groups: groups, totalBlocks: 6)
        #expect((0..<6).map(cache.group(ofLayer:)) == [1, 0, 1, 2, 0, 2])
        // Blocks as a table would hand them out: two for each group.
        let blocks: [[Int]] = [[5, 0], [1, 3], [2, 4]]
        let count = layout.bytesPerBlock
        func bytes(_ layer: Int, _ block: Int) -> UnsafeMutableBufferPointer<UInt8> {
            let start = cache.baseAddress(layer: layer) + block * count
            return UnsafeMutableBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
        }
        for layer in 0..<6 {
            for block in blocks[cache.group(ofLayer: layer)] {
                #expect(bytes(layer, block).allSatisfy { $0 == 0 }, "layer \(layer) lies over another one")
                bytes(layer, block).update(repeating: UInt8(layer * 6 + block + 1))
            }
        }
        for layer in 0..<6 {
            for block in blocks[cache.group(ofLayer: layer)] {
                #expect(bytes(layer, block).allSatisfy { $0 == UInt8(layer * 6 + block + 1) })
            }
        }
        // A copy takes the block along in every layer of its group.
        cache.copy(try copies([(1, 4), (2, 0)]))
        for layer in [0, 2] { #expect(bytes(layer, 4).elementsEqual(bytes(layer, 1))) }
    }

    @Test("a block takes as many bytes as its numbers and scales")
    func sizes() {
        // 20 numbers and 6 heads over the layers, each twice in 8 slots.
        let sizes = KVCacheType.allCases.map { KVGroups(layouts: Self.layouts($0)).bytesPerBlock }
        #expect(sizes == [2 * 8 * 20 * 4, 2 * 8 * 20 * 2, 2 * 8 * 20 * 2, 2 * 8 * (20 + 6 * 4)])
    }

    @Test("types are known by vLLM's names and by short ones, others by none")
    func names() {
        let known = ["float32", "f32", "bfloat16", "bf16", "float16", "f16", "int8"].map { KVCacheType(named: $0) }
        #expect(known == [.float32, .float32, .bfloat16, .bfloat16, .float16, .float16, .int8])
        #expect(["", "auto", "Float32", "fp8", "int4"].allSatisfy { KVCacheType(named: $0) == nil })
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
        #expect(try KVCache(layouts: Self.layouts(.float32), totalBlocks: 0).totalBlocks == 0)
    }
}
