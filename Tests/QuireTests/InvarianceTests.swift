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

    static func load(_ type: KVCacheType, _ change: (inout EngineOptions) -> Void = { _ in }) throws -> LLM {
        var options = EngineOptions(model: model)
        options.kvCacheType = type
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

    /// Each request by itself, one after the other, with every type of cache.
    static let alone: [KVCacheType: [Answer]] = {
        var answers: [KVCacheType: [Answer]] = [:]
        for type in KVCacheType.allCases {
            guard let llm = try? load(type) else { return [:] }
            answers[type] = asks.compactMap { ask in
                (try? llm.start([.tokens(ask.prompt)], ask.params).wait()).map { Self.answers($0)[0] }
            }
        }
        return answers
    }()

    @Test("together as alone", arguments: KVCacheType.allCases)
    func together(type: KVCacheType) throws {
        #expect(Self.alone[type]?.count == Self.asks.count)
        #expect(Self.answers(try Self.together(try Self.load(type))) == Self.alone[type])
    }

    @Test("with 16 tokens per step", arguments: [16, 17, 64], KVCacheType.allCases)
    func smallBudget(tokens: Int, type: KVCacheType) throws {
        let llm = try Self.load(type) { $0.maxBatchedTokens = tokens }
        #expect(Self.answers(try Self.together(llm)) == Self.alone[type])
    }

    @Test("with any number of threads", arguments: [1, 2, 3], KVCacheType.allCases)
    func threads(count: Int, type: KVCacheType) throws {
        let llm = try Self.load(type) { $0.threads = count }
        #expect(Self.answers(try Self.together(llm)) == Self.alone[type])
    }

    @Test("with a cache so small that requests are preempted", arguments: KVCacheType.allCases)
    func preempted(type: KVCacheType) throws {
        // Twice the longest request, and a little: two sequences of 152 tokens are 20 blocks.
        var options = EngineOptions(model: Self.model)
        options.kvCacheType = type
        let bytesPerBlock = try LLM.plan(options).plan.bytesPerBlock
        let llm = try Self.load(type) { $0.kvCacheMemory = 24 * bytesPerBlock }
        let outputs = try Self.together(llm)
        #expect(outputs.reduce(0) { $0 + $1.metrics.preemptions } > 0)
        #expect(Self.answers(outputs) == Self.alone[type])
    }

    @Test("with nothing cached, and with no block shared", arguments: KVCacheType.allCases)
    func caches(type: KVCacheType) throws {
        #expect(
            Self.answers(try Self.together(try Self.load(type) { $0.enablePrefixCaching = false })) == Self.alone[type])
        #expect(Self.answers(try Self.together(try Self.load(type) { $0.blockSharing = false })) == Self.alone[type])
    }

    @Test("again, when everything is found in the cache", arguments: KVCacheType.allCases)
    func cached(type: KVCacheType) throws {
        let llm = try Self.load(type)
        _ = try Self.together(llm)
        let again = try Self.together(llm)
        #expect(again.reduce(0) { $0 + $1.metrics.cachedTokens } > 500)
        #expect(Self.answers(again) == Self.alone[type])
    }

    @Test("a completion among several is the one that its own seed gives alone", arguments: KVCacheType.allCases)
    func ownSeeds(type: KVCacheType) throws {
        let llm = try Self.load(type)
        let params = SamplingParams(n: 5, seed: 40, maxTokens: 12, ignoreEOS: true)
        let several = try llm.generate([.tokens([5, 6, 7])], params, showsProgress: false)[0].outputs
        for (index, completion) in several.enumerated() {
            let single = SamplingParams(seed: 40 + UInt64(index), maxTokens: 12, ignoreEOS: true)
            let alone = try llm.generate([.tokens([5, 6, 7])], single, showsProgress: false)[0].outputs[0]
            #expect(alone.tokenIDs == completion.tokenIDs)
        }
    }

    @Test("with steps bounded in time", arguments: KVCacheType.allCases)
    func boundedSteps(type: KVCacheType) throws {
        let llm = try Self.load(type) { $0.maxStepMilliseconds = 0.5 }
        #expect(Self.answers(try Self.together(llm)) == Self.alone[type])
    }

    @Test("with blocks of any size", arguments: [8, 32, 128], KVCacheType.allCases)
    func blockSizes(size: Int, type: KVCacheType) throws {
        let llm = try Self.load(type) { $0.blockSize = size }
        #expect(Self.answers(try Self.together(llm)) == Self.alone[type])
    }
}
