import CKernels
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
    @Test(
        "paged attention, on every instruction set and cache type", arguments: Kernels.available, KVCacheType.allCases)
    func pagedAttention(cpu: String, type: KVCacheType) throws {
        let suite = AttentionConformance(PagedAttentionBackend.self, kernels: try Kernels(named: cpu))
        for seed in 0..<40 {
            #expect(try suite.check(seed: seed, type: type), "every shape of the suite is served")
        }
    }

    @Test("paged attention over ranges of a long context", arguments: Kernels.available, KVCacheType.allCases)
    func longContext(cpu: String, type: KVCacheType) throws {
        let suite = AttentionConformance(PagedAttentionBackend.self, kernels: try Kernels(named: cpu))
        for seed in 100..<104 { #expect(try suite.check(seed: seed, type: type, longest: 1_500)) }
        #expect(try suite.check(seed: 105, type: type, longest: 4_096))
    }

    @Test("reference attention, on every cache type", arguments: 0..<10, KVCacheType.allCases)
    func referenceAttention(seed: Int, type: KVCacheType) throws {
        let suite = AttentionConformance(ReferenceAttentionBackend.self, kernels: try Kernels(), tolerance: 2e-6)
        #expect(try suite.check(seed: seed, type: type, longest: 60))
    }

    @Test("exact matmul, on every instruction set and weight type", arguments: Kernels.available, StorageType.allCases)
    func exactMatmul(cpu: String, type: StorageType) throws {
        let suite = MatmulConformance(ExactMatmul.self, kernels: try Kernels(named: cpu))
        for seed in 0..<16 { #expect(try suite.check(seed: seed, type: type)) }
        #expect(try suite.check(seed: 16, type: type, widest: 5_000))
    }

    @Test(
        "native matmul, on every instruction set and weight type: off by the rounding of activations to 8 bits at most",
        arguments: Kernels.available, StorageType.allCases)
    func nativeMatmul(cpu: String, type: StorageType) throws {
        let rounds = type.quant.map { qk_has_packed_form($0) } ?? false
        let suite = MatmulConformance(
            NativeMatmul.self, kernels: try Kernels(named: cpu), activationBlock: rounds ? 256 : nil)
        for seed in 0..<16 { #expect(try suite.check(seed: seed, type: type)) }
        #expect(try suite.check(seed: 16, type: type, widest: 5_000))
    }

    @Test("native matmul: weights that share their inputs give what each gives alone", arguments: Kernels.available)
    func nativeGroups(cpu: String) throws {
        let suite = MatmulConformance(NativeMatmul.self, kernels: try Kernels(named: cpu))
        for (seed, type) in StorageType.allCases.enumerated() {
            #expect(try suite.checkGroup(seed: seed, types: [type, type, type], widest: 2_000))
            #expect(try suite.checkGroup(seed: 100 + seed, types: [type, .q6_k, .q4_0]))
        }
    }

    @Test("OpenBLAS matmul, on every weight type", arguments: StorageType.allCases)
    func openBLASMatmul(type: StorageType) throws {
        let suite = MatmulConformance(OpenBLASMatmul.self, kernels: try Kernels())
        for seed in 0..<16 { #expect(try suite.check(seed: seed, type: type)) }
        #expect(try suite.check(seed: 16, type: type, widest: 5_000))
    }

    static let sampling = [
        SamplingParams(temperature: 0), SamplingParams(temperature: 1), SamplingParams(temperature: 0.4),
        SamplingParams(temperature: 2), SamplingParams(temperature: 1, topK: 5),
        SamplingParams(temperature: 1, topK: 1),
        SamplingParams(temperature: 1, topP: 0.7), SamplingParams(temperature: 1, topP: 0.01),
        SamplingParams(temperature: 1, minP: 0.1), SamplingParams(temperature: 1, minP: 1),
        SamplingParams(temperature: 0.8, topP: 0.9, topK: 12, minP: 0.02),
        SamplingParams(temperature: 3, topP: 0.5, topK: 30), SamplingParams(temperature: 1, topK: 1_000),
    ]

    @Test("random sampling draws what its parameters ask for", arguments: sampling)
    func randomSampling(params: SamplingParams) throws {
        let suite = SamplerConformance(RandomSampler.self, kernels: try Kernels())
        for seed in 0..<3 {
            try suite.check(params, seed: seed)
            try suite.checkRules(params, seed: seed)
        }
    }

    @Test(
        "random sampling draws what is asked for from a vocabulary of thousands",
        arguments: [
            SamplingParams(temperature: 1), SamplingParams(temperature: 1, topK: 700),
            SamplingParams(temperature: 0.7, topP: 0.6),
            SamplingParams(temperature: 1, topP: 0.8, topK: 2_000, minP: 0.01),
        ])
    func largeVocabulary(params: SamplingParams) throws {
        try SamplerConformance(RandomSampler.self, kernels: try Kernels())
            .check(params, seed: 4, vocabularySize: 3_001, draws: 60_000)
    }

    @Test("random sampling gives ties to the lowest token, on every instruction set", arguments: Kernels.available)
    func ties(cpu: String) throws {
        let suite = SamplerConformance(RandomSampler.self, kernels: try Kernels(named: cpu))
        for seed in 0..<20 { try suite.checkTies(seed: seed) }
    }

    @Test("a block size that paged attention has no kernel for is objected to by its number", arguments: [1, 4, 12])
    func blockSizes(blockSize: Int) throws {
        let context = ComputeContext(kernels: try Kernels(), workers: WorkerPool(threads: 1))
        let shape = AttentionShape(queryHeads: 2, kvHeads: 1, headDim: 8)
        let layout = KVLayout(heads: 1, headDim: 8, blockSize: blockSize)
        let objections = PagedAttentionBackend(context: context).objections(to: shape, layout: layout)
        #expect(objections.count == 1 && objections.first?.contains("\(blockSize)") == true)
        #expect(ReferenceAttentionBackend(context: context).objections(to: shape, layout: layout).isEmpty)
    }
}
