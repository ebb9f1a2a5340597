import BeamSearch
import LogitsProcessors
import ParallelSampling
import QuireCore
import QuireTesting
import Testing

@Suite("Processors and strategies pass the suite of their kind")
struct TokenSuiteTests {
    static let processors: [(type: any LogitsProcessor.Type, params: SamplingParams)] = [
        (Penalties.self, SamplingParams(presencePenalty: 0.5, frequencyPenalty: 0.3, repetitionPenalty: 1.3)),
        (MinTokens.self, SamplingParams(minTokens: 12)),
        (LogitBias.self, SamplingParams(logitBias: [0: 2, 7: -3])),
        (AllowedTokens.self, SamplingParams(allowedTokenIDs: [0, 2, 5])),
        (BadWords.self, SamplingParams(badWords: ["word"])),
        (NoRepeatedRuns.self, SamplingParams(extraArguments: [NoRepeatedRuns.name: "2"])),
    ]

    @Test("processors", arguments: 0..<processors.count)
    func everyProcessor(index: Int) throws {
        let (type, params) = Self.processors[index]
        let suite = LogitsProcessorConformance(type)
        for seed in 0..<60 { #expect(try suite.check(seed: seed, params), "seed \(seed)") }
        #expect(try type is NoRepeatedRuns.Type || type is MinTokens.Type || !suite.check(seed: 0, SamplingParams()))
    }

    static let strategies: [(type: any DecodingStrategy.Type, params: SamplingParams)] = [
        (ParallelSampling.self, SamplingParams(n: 3)), (ParallelSampling.self, SamplingParams(temperature: 0)),
        (ParallelSampling.self, SamplingParams(n: 2, minTokens: 3, logprobs: 1)),
        (BeamSearch.self, SamplingParams(n: 2, beamWidth: 4)),
        (BeamSearch.self, SamplingParams(n: 3, ignoreEOS: true, beamWidth: 3, earlyStopping: .yes)),
        (BestOf.self, SamplingParams(n: 2, extraArguments: ["best_of": "5"])),
    ]

    @Test("strategies", arguments: 0..<strategies.count)
    func everyStrategy(index: Int) throws {
        let (type, params) = Self.strategies[index]
        let suite = DecodingStrategyConformance(type, kernels: try Kernels())
        for seed in 0..<60 { #expect(try suite.check(seed: seed, params), "seed \(seed)") }
    }

    static let brokenProcessors: [any LogitsProcessor.Type] = [
        BrokenProcessor<Reviving>.self, BrokenProcessor<Beginning>.self, BrokenProcessor<Remembering>.self,
        BrokenProcessor<Spilling>.self, BrokenProcessor<Infinite>.self,
    ]

    @Test(
        "processors that revive tokens, look at indices, remember, or write too far fail",
        arguments: 0..<brokenProcessors.count)
    func broken(index: Int) throws {
        let suite = LogitsProcessorConformance(Self.brokenProcessors[index])
        #expect(throws: ConformanceFailure.self) {
            for seed in 0..<20 { try suite.check(seed: seed, SamplingParams()) }
        }
    }

    static let brokenStrategies: [any DecodingStrategy.Type] = [
        BrokenStrategy<Lonely>.self, BrokenStrategy<Crowded>.self,
    ]

    @Test(
        "strategies that answer with too few, or by their company, fail", arguments: 0..<brokenStrategies.count)
    func brokenStrategy(index: Int) throws {
        let suite = DecodingStrategyConformance(Self.brokenStrategies[index], kernels: try Kernels())
        #expect(throws: ConformanceFailure.self) {
            for seed in 0..<20 { try suite.check(seed: seed, SamplingParams(n: 2)) }
        }
    }
}
