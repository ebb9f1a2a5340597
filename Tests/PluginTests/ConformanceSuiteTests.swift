import QuireCore
import QuireTesting
import Testing

/// Suites that cannot fail prove nothing: these backends are wrong on purpose.
@Suite("The suites notice what is wrong")
struct ConformanceSuiteTests {
    static let brokenAttention: [any AttentionBackend.Type] = [
        BrokenAttention<Unscaled>.self, BrokenAttention<Companionable>.self, BrokenAttention<Unpaged>.self,
        BrokenAttention<Trespassing>.self,
    ]

    @Test("attention with wrong scale, blocks, layers or company fails", arguments: 0..<brokenAttention.count)
    func attention(index: Int) throws {
        let suite = AttentionConformance(Self.brokenAttention[index], kernels: try Kernels())
        #expect(throws: ConformanceFailure.self) {
            for seed in 0..<6 { try suite.check(seed: seed, longest: 40) }
        }
    }

    @Test("a matmul whose last bit depends on the batch fails")
    func matmul() throws {
        let suite = MatmulConformance(BrokenMatmul.self, kernels: try Kernels())
        #expect(throws: ConformanceFailure.self) { try suite.check(seed: 1, type: .float32) }
    }

    @Test("a matmul that puts products of a group in each other's place fails")
    func groups() throws {
        let suite = MatmulConformance(SwappingMatmul.self, kernels: try Kernels())
        #expect(throws: ConformanceFailure.self) {
            for seed in 0..<4 { try suite.checkGroup(seed: seed, types: [.float32, .float32]) }
        }
    }

    @Test("a sampler that ignores its parameters fails")
    func careless() throws {
        let suite = SamplerConformance(CarelessSampler.self, kernels: try Kernels())
        #expect(throws: ConformanceFailure.self) { try suite.check(SamplingParams(temperature: 0.5), seed: 1) }
        #expect(throws: ConformanceFailure.self) { try suite.check(SamplingParams(temperature: 1, topK: 3), seed: 1) }
    }

    @Test("a sampler that gives ties to the last token fails")
    func ties() throws {
        let suite = SamplerConformance(LastSampler.self, kernels: try Kernels())
        #expect(throws: ConformanceFailure.self) { try suite.checkTies(seed: 1) }
    }

    @Test("a sampler that does not use its random numbers fails")
    func branchless() throws {
        let suite = SamplerConformance(BranchlessSampler.self, kernels: try Kernels())
        #expect(throws: ConformanceFailure.self) { try suite.check(SamplingParams(temperature: 1), seed: 1) }
    }
}
