import NativeMatmul
import QuireCore
import RandomSampling
import ReferenceAttention

/// One way to get attention wrong.
protocol AttentionMistake: Sendable {
    static var name: String { get }
    static func attend(
        _ inner: ReferenceAttentionBackend, _ query: Tensor, _ key: Tensor, _ value: Tensor, _ output: Tensor,
        _ shape: AttentionShape, _ batch: Batch, _ cache: KVCache, _ layer: Int)
}

/// The reference with a mistake.
struct BrokenAttention<Mistake: AttentionMistake>: AttentionBackend {
    static var name: String { Mistake.name }
    static var summary: String { "" }
    static var isBatchInvariant: Bool { true }
    private let inner: ReferenceAttentionBackend

    init(context: ComputeContext) { inner = ReferenceAttentionBackend(context: context) }

    func objections(to shape: AttentionShape, layout: KVLayout) -> [String] { [] }

    func attend(
        query: Tensor, key: Tensor, value: Tensor, into output: Tensor, shape: AttentionShape, batch: Batch,
        cache: KVCache, layer: Int
    ) { Mistake.attend(inner, query, key, value, output, shape, batch, cache, layer) }
}

/// Forgets the scale.
enum Unscaled: AttentionMistake {
    static let name = "unscaled"
    static func attend(
        _ inner: ReferenceAttentionBackend, _ query: Tensor, _ key: Tensor, _ value: Tensor, _ output: Tensor,
        _ shape: AttentionShape, _ batch: Batch, _ cache: KVCache, _ layer: Int
    ) {
        let wrong = AttentionShape(
            queryHeads: shape.queryHeads, kvHeads: shape.kvHeads, headDim: shape.headDim, scale: shape.scale * 1.01)
        inner.attend(
            query: query, key: key, value: value, into: output, shape: wrong, batch: batch, cache: cache, layer: layer)
    }
}

/// Differs in the last bit where it is not alone.
enum Companionable: AttentionMistake {
    static let name = "companionable"
    static func attend(
        _ inner: ReferenceAttentionBackend, _ query: Tensor, _ key: Tensor, _ value: Tensor, _ output: Tensor,
        _ shape: AttentionShape, _ batch: Batch, _ cache: KVCache, _ layer: Int
    ) {
        inner.attend(
            query: query, key: key, value: value, into: output, shape: shape, batch: batch, cache: cache, layer: layer)
        if batch.count > 1 { output.row(0)[0] = output.row(0)[0].nextUp }
    }
}

/// Takes every block to be the one that its logical place suggests.
enum Unpaged: AttentionMistake {
    static let name = "unpaged"
    static func attend(
        _ inner: ReferenceAttentionBackend, _ query: Tensor, _ key: Tensor, _ value: Tensor, _ output: Tensor,
        _ shape: AttentionShape, _ batch: Batch, _ cache: KVCache, _ layer: Int
    ) {
        var wrong = Batch()
        for span in batch.spans {
            let tokens = batch.tokens[span.start..<(span.start + span.count)]
            wrong.append(
                tokens: tokens, firstPosition: span.firstPosition, blocks: (0..<BlockID(span.tableCount)).map { $0 },
                sampled: 0..<0)
        }
        inner.attend(
            query: query, key: key, value: value, into: output, shape: shape, batch: wrong, cache: cache, layer: layer)
    }
}

/// Writes another layer, which it has no business with.
enum Trespassing: AttentionMistake {
    static let name = "trespassing"
    static func attend(
        _ inner: ReferenceAttentionBackend, _ query: Tensor, _ key: Tensor, _ value: Tensor, _ output: Tensor,
        _ shape: AttentionShape, _ batch: Batch, _ cache: KVCache, _ layer: Int
    ) {
        inner.attend(
            query: query, key: key, value: value, into: output, shape: shape, batch: batch, cache: cache, layer: layer)
        cache.baseAddress(layer: 0).storeBytes(of: 1, as: UInt8.self)
    }
}

/// The native product with the last output of every row a little too large; where alone it is right.
struct BrokenMatmul: MatmulBackend {
    static let name = "broken"
    static let summary = ""
    static let isBatchInvariant = true
    private let inner: NativeMatmul

    init(context: ComputeContext) { inner = NativeMatmul(context: context) }
    func objections(to weight: WeightMatrix) -> [String] { [] }
    func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int { 0 }
    func prepare(_ weight: WeightMatrix) -> any PreparedMatrix { Prepared(inner: inner.prepare(weight)) }

    private struct Prepared: PreparedMatrix {
        let inner: any PreparedMatrix
        var rows: Int { inner.rows }
        var columns: Int { inner.columns }

        func multiply(_ input: Tensor, into output: Tensor) {
            inner.multiply(input, into: output)
            guard input.rows > 1 else { return }
            let last = output.row(input.rows - 1)
            last[rows - 1] = last[rows - 1].nextUp
        }
    }
}

/// The native product, but the first two weights of a group have each other's first output.
struct SwappingMatmul: MatmulBackend {
    static let name = "swapping"
    static let summary = ""
    static let isBatchInvariant = true
    private let inner: NativeMatmul

    init(context: ComputeContext) { inner = NativeMatmul(context: context) }
    func objections(to weight: WeightMatrix) -> [String] { [] }
    func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int { 0 }
    func prepare(_ weight: WeightMatrix) -> any PreparedMatrix { inner.prepare(weight) }
    func group(_ matrices: [any PreparedMatrix]) -> any PreparedGroup { Swapping(inner: inner.group(matrices)) }

    private struct Swapping: PreparedGroup {
        let inner: any PreparedGroup

        func multiply(_ input: Tensor, into outputs: [Tensor]) {
            inner.multiply(input, into: outputs)
            for token in 0..<input.rows {
                let (first, second) = (outputs[0].row(token), outputs[1].row(token))
                (first[0], second[0]) = (second[0], first[0])
            }
        }
    }
}

/// Ignores its parameters.
struct CarelessSampler: Sampler {
    static let name = "careless"
    private let inner = RandomSampler(params: SamplingParams(temperature: 1))

    init(params: SamplingParams) {}

    func sample(_ logits: UnsafeBufferPointer<Float>, random: RandomSource, kernels: Kernels) -> TokenID {
        inner.sample(logits, random: random, kernels: kernels)
    }
}

/// Takes the last of the largest logits.
struct LastSampler: Sampler {
    static let name = "last"
    init(params: SamplingParams) {}

    func sample(_ logits: UnsafeBufferPointer<Float>, random: RandomSource, kernels: Kernels) -> TokenID {
        TokenID(logits.lastIndex(of: logits.max() ?? 0) ?? 0)
    }
}

/// Draws the same for every branch.
struct BranchlessSampler: Sampler {
    static let name = "branchless"
    private let inner: RandomSampler

    init(params: SamplingParams) { inner = RandomSampler(params: params) }

    func sample(_ logits: UnsafeBufferPointer<Float>, random: RandomSource, kernels: Kernels) -> TokenID {
        inner.sample(logits, random: RandomSource(seed: 1, position: 0), kernels: kernels)
    }
}
