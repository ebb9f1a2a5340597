import QuireCore
import Testing

/// A checkpoint in memory: zeros of any type and shape.
private final class FakeWeights: WeightSource {
    let place = "model.bin"
    private var tensors: [String: (type: String, shape: [Int])]
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 64)

    init(_ tensors: [String: (type: String, shape: [Int])]) {
        self.tensors = tensors
        memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit { memory.deallocate() }

    var names: [String] { Array(tensors.keys) }

    func tensor(named name: String) -> StoredTensor? {
        guard let (type, shape) = tensors[name] else { return nil }
        let count = shape.reduce(1, *)
        let bytes = StorageType(rawValue: type)?.bytes(forColumns: count) ?? count
        return StoredTensor(
            shape: shape, typeName: type, bytes: UnsafeRawBufferPointer(rebasing: memory[..<bytes]), owner: self,
            release: {})
    }
}

/// Adds up what it is given: enough to see that a layer reaches its backend.
private struct FakeMatmul: MatmulBackend {
    static let name = "fake"
    static let summary = ""
    static let isBatchInvariant = true
    var forbidden: StorageType?

    init(context: ComputeContext) {}

    func objections(to weight: WeightMatrix) -> [String] {
        weight.type == forbidden ? ["it dislikes \(weight.type.rawValue)", "it is in a bad mood"] : []
    }

    func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int { type == .float32 ? 0 : rows * columns }

    func prepare(_ weight: WeightMatrix) -> any PreparedMatrix { Prepared(rows: weight.rows, columns: weight.columns) }

    struct Prepared: PreparedMatrix {
        let rows: Int
        let columns: Int
        func multiply(_ input: Tensor, into output: Tensor) {}
    }
}

@Suite("Claiming weights")
struct WeightLoaderTests {
    let context: ComputeContext

    init() throws { context = try Parts.context() }

    private func loader(
        _ tensors: [String: (type: String, shape: [Int])], forbidden: StorageType? = nil
    ) -> WeightLoader {
        var matmul = FakeMatmul(context: context)
        matmul.forbidden = forbidden
        return WeightLoader(source: FakeWeights(tensors), matmul: matmul, context: context)
    }

    private func complaint(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing"
        } catch {
            return "\(error)"
        }
    }

    @Test("a missing weight is named with the shape that it should have")
    func missing() {
        let root = loader([:]).root
        #expect(
            complaint { _ = try Linear(root["layers"][3]["up"], inputs: 4, outputs: 6) }
                == "model.bin: has no weight 'layers.3.up.weight', which the model needs with shape [6, 4]")
    }

    @Test("a misshapen weight is named with both shapes, turned and flattened ones too")
    func misshapen() {
        for shape in [[4, 6], [24], [6, 4, 1], [6, 5], []] {
            let root = loader(["up.weight": (type: "f32", shape: shape)]).root
            #expect(
                complaint { _ = try Linear(root["up"], inputs: 4, outputs: 6) }
                    == "model.bin: weight 'up.weight' has shape \(shape); config.json asks for [6, 4]")
        }
    }

    @Test("a type that nothing here runs is named with those that do")
    func unknownType() {
        let root = loader(["norm.weight": (type: "q8_k", shape: [8])]).root
        #expect(
            complaint { _ = try RMSNorm(root["norm"], width: 8, epsilon: 0) }
                == "model.bin: weight 'norm.weight' is stored as q8_k; this build runs f32, bf16, f16, q8_0, q4_0, q4_1, "
                + "q5_0, q5_1, q2_k, q3_k, q4_k, q5_k, q6_k, iq4_nl, iq4_xs, mxfp4")
    }

    @Test("rows that do not divide into blocks are named with their length and the block's")
    func brokenBlocks() {
        let root = loader(["up.weight": (type: "q4_0", shape: [6, 48])]).root
        #expect(
            complaint { _ = try Linear(root["up"], inputs: 48, outputs: 6) }
                == "model.bin: weight 'up.weight' has rows of 48; q4_0 packs 32 elements into a block, and a row is "
                + "whole blocks")
        let wide = loader(["up.weight": (type: "q6_k", shape: [1, 64])]).root
        #expect(
            complaint { _ = try Linear(wide["up"], inputs: 64, outputs: 1) }.contains("has rows of 64; q6_k packs 256"))
    }

    @Test("a quantised weight counts as many bytes as its blocks have, and a quantised vector is dequantised")
    func quantized() throws {
        let loader = loader([
            "up.weight": (type: "q4_0", shape: [6, 64]), "norm.weight": (type: "q8_0", shape: [64]),
        ])
        _ = try Embedding(loader.root["up"], count: 6, width: 64)
        #expect(loader.mappedBytes == 6 * 2 * 18)
        #expect(try loader.root["norm"]["weight"].vector(count: 64).values == [Float](repeating: 0, count: 64))
    }

    @Test("a backend that objects is named with all its reasons")
    func objections() {
        let root = loader(["up.weight": (type: "f16", shape: [6, 4])], forbidden: .float16).root
        #expect(
            complaint { _ = try Linear(root["up"], inputs: 4, outputs: 6) }
                == "model.bin: the matmul backend 'fake' cannot serve weight 'up.weight': it dislikes f16; "
                + "it is in a bad mood")
    }

    @Test("a bias is claimed only where the layer has one")
    func bias() throws {
        let both: [String: (type: String, shape: [Int])] = [
            "up.weight": (type: "f32", shape: [6, 4]), "up.bias": (type: "f32", shape: [6]),
        ]
        let with = loader(both)
        _ = try Linear(with.root["up"], inputs: 4, outputs: 6, bias: true)
        try with.checkEverythingClaimed()
        let without = loader(both)
        _ = try Linear(without.root["up"], inputs: 4, outputs: 6)
        #expect(
            complaint { try without.checkEverythingClaimed() }
                == "model.bin: has weights that the model does not use: 'up.bias'")
    }

    @Test("surplus weights are named, five of them and how many more; ignored endings are not")
    func surplus() {
        var tensors: [String: (type: String, shape: [Int])] = [:]
        for index in 0..<8 { tensors["w\(index)"] = (type: "f32", shape: [1]) }
        tensors["layers.0.inv_freq"] = (type: "f32", shape: [1])
        let loader = loader(tensors)
        loader.root.ignore(suffix: "inv_freq")
        #expect(
            complaint { try loader.checkEverythingClaimed() }
                == "model.bin: has weights that the model does not use: 'w0', 'w1', 'w2', 'w3', 'w4' and 3 more")
    }

    @Test("the loader counts mapped and packed bytes, layers with a cache, and the widest activation")
    func accounts() throws {
        let loader = loader([
            "embed.weight": (type: "bf16", shape: [10, 4]), "up.weight": (type: "f16", shape: [6, 4]),
            "down.weight": (type: "f32", shape: [4, 6]), "norm.weight": (type: "f32", shape: [4]),
        ])
        let root = loader.root
        let embedding = try Embedding(root["embed"], count: 10, width: 4)
        _ = try Linear(root["up"], inputs: 4, outputs: 6)
        _ = try Linear(root["down"], inputs: 6, outputs: 4)
        _ = try RMSNorm(root["norm"], width: 4, epsilon: 0)
        #expect(loader.widestActivation == 6)
        _ = try Linear(vocabularyHead: root["head"], inputs: 4, outputs: 10, tied: embedding)
        #expect(loader.widestActivation == 6, "rows of logits are counted apart")
        // What the backend copies is not read in its file any more, but for a tied weight, whose rows are looked up there.
        #expect(loader.mappedBytes == 10 * 4 * 2 + 4 * 6 * 4 + 4 * 4)
        #expect(loader.packedBytes == 6 * 4 + 10 * 4)
        try loader.checkEverythingClaimed()
        let shape = AttentionShape(queryHeads: 4, kvHeads: 2, headDim: 8)
        _ = AttentionSlot(root, shape: shape)
        #expect(loader.attentionShapes == [shape] && loader.widestActivation == 32)
    }

    @Test("a scope knows its path and whether there is a tensor at it")
    func scopes() {
        let root = loader(["a.0.weight": (type: "f32", shape: [1])]).root
        #expect(root.path == "" && root["a"][0].path == "a.0")
        #expect(root["a"][0]["weight"].exists && !root["a"][0].exists && !root.exists)
    }
}
