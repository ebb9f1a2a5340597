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

    /// 32 requests of many lengths, greedy and sampled, with one or two completions.
    static let asks: [Ask] = {
        var random = RandomSource(seed: 7, position: 0)
        return (0..<32).map { index in
            let length = 1 + Int(random.next() % 120)
            let prompt = (0..<length).map { _ in TokenID(random.next() % 96) }
            return Ask(
                prompt: prompt,
                params: SamplingParams(
                    n: index % 5 == 4 ? 2 : 1, temperature: index % 3 == 0 ? 0 : 0.9, topP: index % 4 == 1 ? 0.8 : 1,
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
