import QuireCore
import Testing

@Suite("The engine")
struct EngineTests {
    let context: ComputeContext
    let model: HashingModel
    let engine: Engine

    init() throws {
        context = try Parts.context()
        model = HashingModel(blocks: 32, blockSize: 4, context: context)
        engine = Engine(
            model: model, parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxSequences: 8, maxBatchedTokens: 16, maxModelLength: 64),
            totalBlocks: 32,
            blockSize: 4, context: context)
    }

    func request(_ id: RequestID, _ prompt: [TokenID], _ params: SamplingParams) -> Request {
        Request(id: id, prompt: prompt, params: params)
    }

    static let greedy = SamplingParams(temperature: 0, maxTokens: 6, ignoreEOS: true)

    @Test("a request that can never fit is refused at once with what it needs and what there is")
    func neverFits() throws {
        let engine = Engine(
            model: HashingModel(blocks: 12, blockSize: 4, context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxModelLength: 64), totalBlocks: 12, blockSize: 4, context: context)
        let prompt = Array(repeating: TokenID(1), count: 10)
        let long = SamplingParams(temperature: 0, maxTokens: 40, ignoreEOS: true)
        #expect(throws: RequestError.neverFits(tokens: 49, cacheTokens: 48)) {
            try engine.add(request(1, prompt, long))
        }
        // Two full blocks of the prompt for all, and five of its own for each.
        let wide = SamplingParams(n: 4, temperature: 0, maxTokens: 16, ignoreEOS: true, decodingStrategy: "rivals")
        #expect(throws: RequestError.neverFits(tokens: (2 + 4 * 5) * 4, cacheTokens: 48)) {
            try engine.add(request(1, prompt, wide))
        }
        #expect(!engine.hasUnfinishedRequests)
    }

    @Test("completions that do not fit all at once run a few at a time, each as it would alone", arguments: [6, 9, 32])
    func waves(blocks: Int) throws {
        let model = HashingModel(blocks: blocks, blockSize: 4, context: context)
        let engine = Engine(
            model: model, parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxSequences: 8, maxModelLength: 64), totalBlocks: blocks, blockSize: 4,
            context: context)
        let prompt = (0..<10).map { TokenID($0) }
        let params = SamplingParams(n: 40, seed: 3, maxTokens: 9, ignoreEOS: true)
        try engine.add(request(1, prompt, params))
        let output = try #require(try engine.results()[1]?.get())
        #expect(output.outputs.map(\.index) == Array(0..<40))
        for completion in output.outputs {
            #expect(
                completion.tokenIDs
                    == HashingModel.prediction(prompt, count: 9, params: params, branch: completion.index))
        }
        #expect(output.metrics.computedTokens == 10 + 40 * 8, "the prompt is computed once for all")
        #expect(model.faults.isEmpty && engine.numFreeBlocks == blocks)
    }

    @Test("a prompt as long as the context, an empty one and an unknown token are refused")
    func badPrompts() {
        #expect(throws: RequestError.promptTooLong(tokens: 64, limit: 64)) {
            try engine.add(request(1, Array(repeating: 1, count: 64), Self.greedy))
        }
        #expect(throws: RequestError.emptyPrompt) { try engine.add(request(1, [], Self.greedy)) }
        #expect(throws: RequestError.tokenOutsideVocabulary(token: 50, vocabularySize: 50)) {
            try engine.add(request(1, [50], Self.greedy))
        }
        #expect(throws: RequestError.stopTextWithoutTokenizer) {
            try engine.add(request(1, [1], SamplingParams(stop: ["x"])))
        }
    }

    @Test("more sequences that must run together than run at once are refused by name")
    func tooWide() {
        let params = SamplingParams(n: 9, decodingStrategy: "rivals")
        #expect { try engine.add(request(1, [1], params)) } throws: { error in
            "\(error)".contains("n is 9") && "\(error)".contains("at most 8")
        }
    }

    @Test("what fits the cache to the last slot is served", arguments: [1, 5])
    func exactFit(maxTokens: Int) throws {
        let small = Engine(
            model: HashingModel(blocks: 4, blockSize: 4, context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxModelLength: 64), totalBlocks: 4, blockSize: 4, context: context)
        let prompt = Array(repeating: TokenID(1), count: 17 - maxTokens)
        try small.add(request(1, prompt, SamplingParams(temperature: 0, maxTokens: maxTokens, ignoreEOS: true)))
        for _ in 0..<10 where small.hasUnfinishedRequests { _ = small.step() }
        #expect(!small.hasUnfinishedRequests)
        #expect(throws: RequestError.self) {
            try small.add(request(2, prompt + [1], SamplingParams(temperature: 0, maxTokens: maxTokens)))
        }
    }

    @Test("max_tokens ends at the context")
    func contextEnd() throws {
        try engine.add(request(1, Array(repeating: 1, count: 60), SamplingParams(temperature: 0, maxTokens: 50)))
        let output = try #require(try engine.results()[1]?.get().outputs.first)
        #expect(output.tokenIDs.count == 4 && output.finishReason == .length)
    }

    @Test("without max_tokens a completion fills the context, or the cache where that is smaller")
    func noLimit() throws {
        let params = SamplingParams(temperature: 0, maxTokens: nil)
        try engine.add(request(1, [1, 2, 3, 4], params))
        #expect(try engine.results()[1]?.get().outputs.first?.tokenIDs.count == 60)
        let small = Engine(
            model: HashingModel(blocks: 5, blockSize: 4, context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxModelLength: 64), totalBlocks: 5, blockSize: 4, context: context)
        try small.add(request(1, [1, 2, 3, 4], params))
        // The last token is returned and needs no room.
        #expect(try small.results()[1]?.get().outputs.first?.tokenIDs.count == 17)
    }

    @Test("the prompt of n completions is computed once")
    func sharedPrompt() throws {
        let params = SamplingParams(n: 3, temperature: 0, maxTokens: 5, ignoreEOS: true)
        try engine.add(request(1, Array(repeating: 1, count: 10), params))
        let output = try #require(try engine.results()[1]?.get())
        // The last token of each is returned and never run.
        #expect(output.metrics.computedTokens == 10 + 3 * 4)
        #expect(output.outputs.map(\.index) == [0, 1, 2])
    }

    @Test("first come, first served: equal requests end in the order of their arrival")
    func order() throws {
        for id in 0..<24 { try engine.add(request(RequestID(id), [TokenID(id), 1], Self.greedy)) }
        var ends: [RequestID] = []
        while engine.hasUnfinishedRequests {
            ends += engine.step().filter { $0.result != nil }.map(\.requestID)
        }
        #expect(ends == ends.sorted() && ends.count == 24)
    }

    @Test("a long prompt does not keep others waiting: each step gives every running request its token")
    func noStall() throws {
        for id in 0..<3 {
            try engine.add(request(RequestID(id), [TokenID(id)], SamplingParams(temperature: 0, maxTokens: 20)))
        }
        _ = engine.step()
        try engine.add(request(9, Array(repeating: 5, count: 50), Self.greedy))
        for _ in 0..<4 {
            let served = Set(engine.step().flatMap { update in update.deltas.map { _ in update.requestID } })
            #expect(served.isSuperset(of: [0, 1, 2]))
        }
    }

    @Test("a prompt makes progress beside running requests however small the time of a step")
    func noStarvation() throws {
        let engine = Engine(
            model: model, parts: try Parts.make(),
            scheduler: SchedulerConfiguration(
                maxSequences: 8, maxBatchedTokens: 64, maxStepTime: 1e-9, maxModelLength: 64), totalBlocks: 32,
            blockSize: 4, context: context)
        try engine.add(request(1, [1], SamplingParams(temperature: 0, maxTokens: nil)))
        _ = engine.step()
        try engine.add(request(2, Array(repeating: 2, count: 40), SamplingParams(temperature: 0, maxTokens: 1)))
        var steps = 0
        var isDone = false
        while !isDone {
            steps += 1
            isDone = engine.step().contains { $0.requestID == 2 && $0.result != nil }
            try #require(steps <= 10, "the prompt starves")
        }
    }

    @Test("log-probabilities of the prompt do not depend on how it is cut")
    func promptLogprobs() throws {
        let prompt = (0..<40).map { TokenID($0 % 50) }
        let params = SamplingParams(temperature: 0, maxTokens: 1, promptLogprobs: 2)
        try engine.add(request(1, prompt, params))
        let cut = try #require(try engine.results()[1]?.get().promptLogprobs)
        let whole = Engine(
            model: HashingModel(blocks: 32, blockSize: 4, context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxModelLength: 64), totalBlocks: 32, blockSize: 4, context: context)
        try whole.add(request(1, prompt, params))
        #expect(try whole.results()[1]?.get().promptLogprobs == cut)
        #expect(cut.count == 40 && cut[0] == nil)
        for (index, entry) in cut.enumerated().dropFirst() {
            #expect(entry?.token == prompt[index] && entry?.top.count == 2)
        }
    }

    @Test("rows of logits for prompts stay within their bound, however many requests ask for them")
    func promptRows() throws {
        let engine = Engine(
            model: model, parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxModelLength: 64, maxPromptRows: 5), totalBlocks: 32, blockSize: 4,
            context: context)
        let params = SamplingParams(temperature: 0, maxTokens: 1, promptLogprobs: 0)
        for id in 1...3 { try engine.add(request(RequestID(id), Array(repeating: TokenID(id), count: 20), params)) }
        #expect(engine.results().count == 3)
        #expect(model.mostSampledRows <= 5)
    }

    @Test("a preempted request gives the tokens it would have given, and says that it was preempted")
    func preemption() throws {
        let engine = Engine(
            model: model, parts: try Parts.make(), scheduler: SchedulerConfiguration(maxModelLength: 64),
            totalBlocks: 9, blockSize: 4, context: context)
        let params = SamplingParams(n: 2, seed: 3, maxTokens: 14, logprobs: 1)
        for id in 1...2 { try engine.add(request(RequestID(id), [TokenID(id), 5, 6], params)) }
        let results = engine.results()
        #expect(engine.numPreemptions > 0)
        let first = try #require(try results[1]?.get())
        let second = try #require(try results[2]?.get())
        #expect(first.metrics.preemptions == 0 && second.metrics.preemptions > 0)
        for (id, output) in [(1, first), (2, second)] {
            for completion in output.outputs {
                let expected = HashingModel.prediction(
                    [TokenID(id), 5, 6], count: 14, params: params, branch: completion.index)
                #expect(completion.tokenIDs == expected && completion.logprobs?.map(\.token) == expected)
            }
            #expect(output.outputs[0].tokenIDs != output.outputs[1].tokenIDs)
        }
        #expect(model.faults.isEmpty, "\(model.faults)")
    }

    @Test("a request without a seed draws from the engine's, and two such requests draw differently")
    func ownSeeds() throws {
        func run(_ seed: UInt64) throws -> [[TokenID]] {
            let engine = Engine(
                model: model, parts: try Parts.make(), scheduler: SchedulerConfiguration(maxModelLength: 64),
                totalBlocks: 32, blockSize: 4, seed: seed, context: context)
            for id in 1...2 { try engine.add(request(RequestID(id), [1], SamplingParams(maxTokens: 20))) }
            let results = engine.results()
            return try [1, 2].map { try results[$0]?.get().outputs.first?.tokenIDs ?? [] }
        }
        let (once, again, other) = (try run(1), try run(1), try run(2))
        #expect(once == again && once != other && once[0] != once[1] && once[0].count == 20)
    }

    @Test("a model that computes nothing serves requests too, so that the engine's own cost can be seen")
    func nullModel() throws {
        let engine = Engine(
            model: NullModel(context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxModelLength: 64), totalBlocks: 32, blockSize: 4, context: context)
        try engine.add(request(1, [0, 1, 2], Self.greedy))
        #expect(try engine.results()[1]?.get().outputs.first?.tokenIDs == [3, 3, 3, 3, 3, 3])
    }

    @Test("memory in use is what the tables hold, and nothing at the end")
    func memoryUsage() throws {
        try engine.add(request(1, [1, 2, 3, 4, 5, 6], Self.greedy))
        _ = engine.step()
        #expect((engine.memoryUsage.tokens, engine.memoryUsage.slots) == (tokens: 6, slots: 8))
        _ = engine.step()
        #expect((engine.memoryUsage.tokens, engine.memoryUsage.slots) == (tokens: 7, slots: 8))
        _ = engine.results()
        #expect((engine.memoryUsage.tokens, engine.memoryUsage.slots) == (tokens: 0, slots: 0))
    }
}
