import PagedAttention
import QuireCore
import ReferenceAttention
import Testing

@Suite("Attention over blocks that belong to groups of layers")
struct KVGroupAttentionTests {
    static let backends: [any AttentionBackend.Type] = [PagedAttentionBackend.self, ReferenceAttentionBackend.self]
    static let shape = AttentionShape(queryHeads: 4, kvHeads: 2, headDim: 8)
    static let layers = 5

    @Test("each layer finds its own blocks: the same bytes as with one group", arguments: 0..<2)
    func groups(index: Int) throws {
        let layout = KVLayout(heads: 2, headDim: 8, blockSize: 8)
        let layouts = Array(repeating: layout, count: Self.layers)
        // Nothing leaves a window here, which alone would change the results.
        let mixed = KVGroups(layouts: layouts, windows: [nil, 60, 60, nil, 60])
        #expect(mixed.windows == [nil, 60, 60])
        let one = try Self.outputs(Self.backends[index], KVGroups(layouts: layouts))
        let three = try Self.outputs(Self.backends[index], mixed)
        #expect(one.count == Self.layers * 43 * 32 && Set(one).count > 1_000)
        #expect(one.map(\.bitPattern) == three.map(\.bitPattern))
    }

    /// Two sequences, one in two chunks, through every layer.
    private static func outputs(_ type: any AttentionBackend.Type, _ groups: KVGroups) throws -> [Float] {
        let context = try PluginEngine.context()
        let backend = try type.init(context: context)
        let cache = try KVCache(groups: groups, totalBlocks: 40)
        var pool = BlockPool(total: 40, blockSize: 8, windows: groups.windows)
        var first = BlockTable()
        var second = BlockTable()
        var outputs: [Float] = []
        for (firstRange, secondRange) in [(0..<30, 0..<3), (30..<31, 3..<12)] {
            var batch = Batch()
            _ = first.reserve(writing: firstRange, from: &pool)
            append(firstRange, first.blocks, to: &batch, groups)
            _ = second.reserve(writing: secondRange, from: &pool)
            append(secondRange, second.blocks, to: &batch, groups)
            for layer in 0..<layers {
                let output = context.tensor(rows: batch.count, columns: shape.queryWidth)
                backend.attend(
                    query: numbers(batch.count, shape.queryWidth, seed: layer, context),
                    key: numbers(batch.count, shape.queryWidth / 2, seed: layer + 10, context),
                    value: numbers(batch.count, shape.queryWidth / 2, seed: layer + 20, context), into: output,
                    shape: shape, batch: batch, cache: cache, layer: layer)
                for row in 0..<output.rows { outputs += output.row(row) }
            }
        }
        first.release(to: &pool)
        second.release(to: &pool)
        return outputs
    }

    private static func append(_ range: Range<Int>, _ blocks: [BlockID], to batch: inout Batch, _ groups: KVGroups) {
        let tokens = Array(repeating: TokenID(0), count: range.count)
        batch.append(
            tokens: tokens[...], firstPosition: range.lowerBound, blocks: blocks, groups: groups.windows.count,
            sampled: 0..<0)
    }

    private static func numbers(_ rows: Int, _ columns: Int, seed: Int, _ context: ComputeContext) -> Tensor {
        let tensor = context.tensor(rows: rows, columns: columns)
        for row in 0..<rows {
            for column in 0..<columns {
                tensor.row(row)[column] = Float((row * 31 + column * 17 + seed * 7) % 23) / 11 - 1
            }
        }
        return tensor
    }
}
