import NativeMatmul
import OpenBLASMatmul
import PagedAttention
import QuireCore
import QuireTesting
import RandomSampling
import ReferenceAttention
import Testing

@Suite("Every backend passes the suite of its kind")
struct ConformanceTests {
    @Test("paged attention, on every instruction set", arguments: Kernels.available, 0..<24)
    func pagedAttention(cpu: String, seed: Int) throws {
        try AttentionConformance(PagedAttentionBackend.self, kernels: try Kernels(named: cpu)).check(seed: seed)
    }

    @Test("paged attention over ranges of a long context", arguments: Kernels.available)
    func longContext(cpu: String) throws {
        let suite = AttentionConformance(PagedAttentionBackend.self, kernels: try Kernels(named: cpu))
        for seed in 100..<103 { try suite.check(seed: seed, longest: 2_600) }
    }

    @Test("reference attention", arguments: 0..<4)
    func referenceAttention(seed: Int) throws {
        try AttentionConformance(ReferenceAttentionBackend.self, kernels: try Kernels()).check(seed: seed, longest: 60)
    }

    @Test("native matmul, on every instruction set and weight type", arguments: Kernels.available, StorageType.allCases)
    func nativeMatmul(cpu: String, type: StorageType) throws {
        let suite = MatmulConformance(NativeMatmul.self, kernels: try Kernels(named: cpu))
        for seed in 0..<16 { try suite.check(seed: seed, type: type) }
    }

    @Test("OpenBLAS matmul, on every weight type", arguments: StorageType.allCases)
    func openBLASMatmul(type: StorageType) throws {
        let suite = MatmulConformance(OpenBLASMatmul.self, kernels: try Kernels())
        for seed in 0..<16 { try suite.check(seed: seed, type: type) }
    }

    static let sampling = [
        SamplingParams(temperature: 0), SamplingParams(temperature: 1), SamplingParams(temperature: 0.4),
        SamplingParams(temperature: 2), SamplingParams(temperature: 1, topK: 5),
        SamplingParams(temperature: 1, topP: 0.7),
        SamplingParams(temperature: 1, minP: 0.1), SamplingParams(temperature: 0.8, topP: 0.9, topK: 12, minP: 0.02),
        SamplingParams(temperature: 1, topP: 0.01), SamplingParams(temperature: 1, topK: 1),
    ]

    @Test("random sampling", arguments: sampling)
    func randomSampling(params: SamplingParams) throws {
        let suite = SamplerConformance(RandomSampler.self, kernels: try Kernels())
        for seed in 0..<3 { try suite.check(params, seed: seed) }
    }
}

/// Suites that cannot fail prove nothing: these backends are wrong on purpose.
@Suite("The suites notice what is wrong")
struct ConformanceSuiteTests {
    /// Attends like the reference, but forgets the scale.
    struct Unscaled: AttentionBackend {
        static let name = "unscaled"
        static let summary = ""
        static let isBatchInvariant = true
        let inner: ReferenceAttentionBackend

        init(context: ComputeContext) { inner = ReferenceAttentionBackend(context: context) }

        func objections(to shape: AttentionShape, layout: KVLayout) -> [String] { [] }

        func attend(
            query: Tensor, key: Tensor, value: Tensor, into output: Tensor, shape: AttentionShape, batch: Batch,
            cache: KVCache, layer: Int
        ) {
            let wrong = AttentionShape(
                queryHeads: shape.queryHeads, kvHeads: shape.kvHeads, headDim: shape.headDim, scale: 1)
            inner.attend(
                query: query, key: key, value: value, into: output, shape: wrong, batch: batch, cache: cache,
                layer: layer)
        }
    }

    @Test("attention without its scale fails")
    func unscaled() throws {
        let suite = AttentionConformance(Unscaled.self, kernels: try Kernels())
        #expect(throws: ConformanceFailure.self) { try suite.check(seed: 1, longest: 30) }
    }

    /// Ignores its parameters.
    struct Careless: Sampler {
        static let name = "careless"
        let inner: RandomSampler

        init(params: SamplingParams) { inner = RandomSampler(params: SamplingParams(temperature: 1)) }

        func sample(_ logits: UnsafeBufferPointer<Float>, random: RandomSource, kernels: Kernels) -> TokenID {
            inner.sample(logits, random: random, kernels: kernels)
        }
    }

    @Test("a sampler that ignores its parameters fails")
    func careless() throws {
        let suite = SamplerConformance(Careless.self, kernels: try Kernels())
        #expect(throws: ConformanceFailure.self) { try suite.check(SamplingParams(temperature: 0.5), seed: 1) }
        #expect(throws: ConformanceFailure.self) { try suite.check(SamplingParams(temperature: 1, topK: 3), seed: 1) }
    }
}
