import Quire
import Testing

@Suite("The same request gives the same bytes")
struct InvarianceTests {
    /// What a request asks.
    struct Ask: Sendable {
        let prompt: [TokenID]
        let params: SamplingParams
    }

    static let model = Repository.fixture("llama/gqa")

    /// 32 requests of many lengths: greedy and sampled, with one completion or more, and beam searches.
    static let asks: [Ask] = {
        var random = RandomSource(seed: 7, position: 0)
        return (0..<32).map { index in
            let length = 1 + Int(random.next() % 120)
            // Some begin alike.
            let prompt = (0..<length).map { TokenID(index % 4 == 3 && $0 < 40 ? UInt64($0) : random.next() % 96) }
            if index % 6 == 1 {
                return Ask(
                    prompt: prompt,
                    params: SamplingParams(
                        n: 2, temperature: 0, maxTokens: 8 + index, logprobs: 1, beamWidth: 2 + index % 3,
                        lengthPenalty: Double(index % 5) / 2, earlyStopping: EarlyStopping.allCases[index % 3]))
            }
            return Ask(
                prompt: prompt,
                params: SamplingParams(
                    n: index % 5 == 4 ? 3 : 1, temperature: index % 3 == 0 ? 0 : 0.9, topP: index % 4 == 1 ? 0.8 : 1,
                    topK: index % 7 == 2 ? 20 : 0, seed: UInt64(index), maxTokens: 8 + index, ignoreEOS: true,
                    logprobs: 2, promptLogprobs: index % 6 == 0 ? 1 : nil))
        }
    }()

    /// Everything of an output but its metrics.
    struct Answer: Equatable {
        let outputs: [CompletionOutput]
        let promptLogprobs: [TokenLogprob?]?
    }

    static func load(_ change: (inout EngineOptions) -> Void = { _ in }) throws -> LLM {
        var options = EngineOptions(model: model)
        change(&options)
        return try LLM(options)
    }

    static func together(_ llm: LLM) throws -> [RequestOutput] {
        let runs = try asks.map { try llm.start([.tokens($0.prompt)], $0.params) }
        return try runs.flatMap { try $0.wait() }
    }

    static func answers(_ outputs: [RequestOutput]) -> [Answer] {
        outputs.map { Answer(outputs: $0.outputs, promptLogprobs: $0.promptLogprobs) }
    }

    /// Each request by itself, one after the other.
    static let alone: [Answer] = {
        guard let llm = try? load() else { return [] }
        return asks.compactMap { ask in
            (try? llm.start([.tokens(ask.prompt)], ask.params).wait()).map { answers($0)[0] }
        }
    }()

    @Test("together as alone")
    func together() throws {
        #expect(Self.alone.count == Self.asks.count)
        #expect(Self.answers(try Self.together(try Self.load())) == Self.alone)
    }

    @Test("with 16 tokens per step", arguments: [16, 17, 64])
    func smallBudget(tokens: Int) throws {
        let llm = try Self.load { $0.maxBatchedTokens = tokens }
        #expect(Self.answers(try Self.together(llm)) == Self.alone)
    }

    @Test("with any number of threads", arguments: [1, 2, 3])
    func threads(count: Int) throws {
        let llm = try Self.load { $0.threads = count }
        #expect(Self.answers(try Self.together(llm)) == Self.alone)
    }

    @Test("with a cache so small that requests are preempted")
    func preempted() throws {
        // Twice the longest request, and a little: two sequences of 152 tokens are 20 blocks.
        let bytesPerBlock = try LLM.plan(EngineOptions(model: Self.model)).plan.bytesPerBlock
        let llm = try Self.load { $0.kvCacheMemory = 24 * bytesPerBlock }
        let outputs = try Self.together(llm)
        #expect(outputs.reduce(0) { $0 + $1.metrics.preemptions } > 0)
        #expect(Self.answers(outputs) == Self.alone)
    }

    @Test("with nothing cached, and with no block shared")
    func caches() throws {
        #expect(Self.answers(try Self.together(try Self.load { $0.enablePrefixCaching = false })) == Self.alone)
        #expect(Self.answers(try Self.together(try Self.load { $0.blockSharing = false })) == Self.alone)
    }

    @Test("again, when everything is found in the cache")
    func cached() throws {
        let llm = try Self.load()
        _ = try Self.together(llm)
        let again = try Self.together(llm)
        #expect(again.reduce(0) { $0 + $1.metrics.cachedTokens } > 500)
        #expect(Self.answers(again) == Self.alone)
    }

    @Test("a completion among several is the one that its own seed gives alone")
    func ownSeeds() throws {
        let llm = try Self.load()
        let params = SamplingParams(n: 5, seed: 40, maxTokens: 12, ignoreEOS: true)
        let several = try llm.generate([.tokens([5, 6, 7])], params, showsProgress: false)[0].outputs
        for (index, completion) in several.enumerated() {
            let single = SamplingParams(seed: 40 + UInt64(index), maxTokens: 12, ignoreEOS: true)
            let alone = try llm.generate([.tokens([5, 6, 7])], single, showsProgress: false)[0].outputs[0]
            #expect(alone.tokenIDs == completion.tokenIDs)
        }
    }

    @Test("with steps bounded in time")
    func boundedSteps() throws {
        let llm = try Self.load { $0.maxStepMilliseconds = 0.5 }
        #expect(Self.answers(try Self.together(llm)) == Self.alone)
    }

    @Test("with blocks of any size", arguments: [8, 32, 128])
    func blockSizes(size: Int) throws {
        let llm = try Self.load { $0.blockSize = size }
        #expect(Self.answers(try Self.together(llm)) == Self.alone)
    }
}
