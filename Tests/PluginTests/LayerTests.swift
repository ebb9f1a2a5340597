import NativeMatmul
import QuireCore
import ReferenceAttention
import Testing

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Few rows are computed in one piece, many are shared among threads.
@Suite("Layers agree with their formulas in double precision")
struct LayerTests {
    let context: ComputeContext
    let weights = PatternWeights([
        "norm.weight": [48], "up.weight": [40, 48], "up.bias": [40], "embed.weight": [30, 48],
        "mlp.gate_proj.weight": [56, 48], "mlp.up_proj.weight": [56, 48], "mlp.down_proj.weight": [48, 56],
    ])

    init() throws { context = ComputeContext(kernels: try Kernels(), workers: WorkerPool(threads: 2)) }

    private var root: WeightScope {
        WeightLoader(source: weights, matmul: NativeMatmul(context: context), context: context).root
    }

    private func input(_ rows: Int) -> Tensor {
        let tensor = context.tensor(rows: rows, columns: 48)
        for index in 0..<(rows * 48) { tensor.baseAddress[index] = Float((index * 131 + 17) % 257) / 128 - 1 }
        return tensor
    }

    private func agree(_ found: Tensor, _ input: Tensor, _ wanted: ([Double]) -> [Double]) -> Bool {
        (0..<found.rows).allSatisfy { row in
            let expected = wanted(input.row(row).map(Double.init))
            return expected.count == found.columns
                && zip(found.row(row), expected).allSatisfy { abs(Double($0) - $1) <= 1e-5 * max(1, abs($1)) }
        }
    }

    private func product(_ name: String, _ x: [Double]) -> [Double] {
        let matrix = weights.values(name)
        return (0..<(matrix.count / x.count)).map { row in
            x.indices.reduce(0.0) { $0 + matrix[row * x.count + $1] * x[$1] }
        }
    }

    @Test("RMS norm", arguments: [1, 3, 1_000])
    func norm(rows: Int) throws {
        let (x, scale) = (input(rows), weights.values("norm.weight"))
        #expect(
            agree(try RMSNorm(root["norm"], width: 48, epsilon: 1e-2)(x), x) { x in
                let mean = x.reduce(0) { $0 + $1 * $1 } / 48
                return zip(x, scale).map { $0 * $1 / (mean + 1e-2).squareRoot() }
            })
    }

    @Test("a linear layer, with its bias and without", arguments: [1, 3, 1_000])
    func linear(rows: Int) throws {
        let (x, bias) = (input(rows), weights.values("up.bias"))
        let plain = try Linear(root["up"], inputs: 48, outputs: 40)
        #expect(agree(plain(x), x) { product("up.weight", $0) })
        let biased = try Linear(root["up"], inputs: 48, outputs: 40, bias: true)
        #expect(agree(biased(x), x) { zip(product("up.weight", $0), bias).map(+) })
    }

    @Test("a gated feed-forward layer", arguments: [1, 3, 1_000])
    func gatedMLP(rows: Int) throws {
        let x = input(rows)
        let layer = try GatedMLP(root["mlp"], hiddenSize: 48, intermediateSize: 56, bias: false)
        #expect(
            agree(layer(x), x) { x in
                let gated = zip(product("mlp.gate_proj.weight", x), product("mlp.up_proj.weight", x)).map {
                    $0 / (1 + exp(-$0)) * $1
                }
                return product("mlp.down_proj.weight", gated)
            })
    }

    @Test("an embedding looks up its rows; a tied head multiplies by them; only wanted rows go on")
    func embedding() throws {
        let root = root
        let embedding = try Embedding(root["embed"], count: 30, width: 48)
        var batch = Batch()
        batch.append(tokens: [29, 0, 7, 7], firstPosition: 0, blocks: [0], sampled: 1..<3)
        let pass = ForwardPass(
            batch: batch, attention: ReferenceAttentionBackend(context: context),
            cache: try KVCache(layouts: [], totalBlocks: 0), context: context)
        let (hidden, table) = (embedding(pass), weights.values("embed.weight"))
        for (row, token) in [29, 0, 7, 7].enumerated() {
            #expect(hidden.row(row).map(Double.init) == Array(table[(token * 48)..<((token + 1) * 48)]))
        }
        let wanted = pass.sampledRows(of: hidden)
        #expect(wanted.rows == 2 && Array(wanted.row(0)) == Array(hidden.row(1)))
        let head = try Linear(vocabularyHead: root["head"], inputs: 48, outputs: 30, tied: embedding)
        #expect(agree(head(wanted), wanted) { product("embed.weight", $0) })
    }
}

/// A checkpoint in memory whose float32 values follow a pattern.
final class PatternWeights: WeightSource {
    let place = "model.bin"
    private let shapes: [String: [Int]]
    private let memory: [String: UnsafeMutableBufferPointer<Float>]

    init(_ shapes: [String: [Int]]) {
        self.shapes = shapes
        var memory: [String: UnsafeMutableBufferPointer<Float>] = [:]
        for (number, name) in shapes.keys.sorted().enumerated() {
            let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: shapes[name]?.reduce(1, *) ?? 0)
            for index in buffer.indices {
                buffer.initializeElement(at: index, to: Float((index * 73 + number * 29) % 199) / 100 - 1)
            }
            memory[name] = buffer
        }
        self.memory = memory
    }

    deinit { for buffer in memory.values { buffer.deallocate() } }

    var names: [String] { shapes.keys.sorted() }

    func values(_ name: String) -> [Double] { memory[name]?.map(Double.init) ?? [] }

    func tensor(named name: String) -> StoredTensor? {
        guard let shape = shapes[name], let buffer = memory[name] else { return nil }
        return StoredTensor(
            shape: shape, typeName: "f32", bytes: UnsafeRawBufferPointer(buffer), owner: self, release: {})
    }
}
