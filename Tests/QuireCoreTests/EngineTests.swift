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

    /// Runs to the end.
    func results(_ engine: Engine) -> [RequestID: Result<RequestOutput, any Error>] {
        var results: [RequestID: Result<RequestOutput, any Error>] = [:]
        while engine.hasUnfinishedRequests {
            for update in engine.step() { results[update.requestID] = update.result ?? results[update.requestID] }
            engine.checkInvariants()
        }
        return results
    }

    static let greedy = SamplingParams(temperature: 0, maxTokens: 6, ignoreEOS: true)

    @Test("a request that can never fit is refused at once with what it needs and what there is")
    func neverFits() throws {
        let wide = SamplingParams(n: 4, temperature: 0, maxTokens: 40, ignoreEOS: true)
        #expect(throws: RequestError.neverFits(tokens: 4 * 49, cacheTokens: 128)) {
            try engine.add(request(1, Array(repeating: 1, count: 10), wide))
        }
        #expect(!engine.hasUnfinishedRequests)
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

    @Test("more completions than run at once are refused by name")
    func tooWide() {
        #expect { try engine.add(request(1, [1], SamplingParams(n: 9))) } throws: { error in
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
        let output = try #require(try results(engine)[1]?.get().outputs.first)
        #expect(output.tokenIDs.count == 4 && output.finishReason == .length)
    }

    @Test("without max_tokens a completion fills the context")
    func noLimit() throws {
        try engine.add(request(1, [1, 2, 3, 4], SamplingParams(temperature: 0, maxTokens: nil)))
        #expect(try results(engine)[1]?.get().outputs.first?.tokenIDs.count == 60)
    }

    @Test("a model that throws ends the requests of that step alone")
    func failingModel() throws {
        try engine.add(request(1, [1, 2], Self.greedy))
        model.failsOnce = true
        let updates = engine.step()
        #expect(updates.count == 1 && updates.first?.requestID == 1)
        try engine.add(request(2, [3], Self.greedy))
        #expect(try results(engine)[2]?.get().outputs.first?.tokenIDs == HashingModel.prediction([3], count: 6))
        #expect(engine.numFreeBlocks == 32)
    }

    @Test("logits that are not numbers end that request alone")
    func poisonedLogits() throws {
        model.poison = 7
        try engine.add(request(1, [7], Self.greedy))
        try engine.add(request(2, [8], SamplingParams(temperature: 0, maxTokens: 1)))
        let results = results(engine)
        #expect(throws: RequestError.notANumber) { try results[1]?.get() }
        #expect(try results[2]?.get().outputs.first?.tokenIDs == HashingModel.prediction([8], count: 1))
    }

    @Test("a cancelled request frees its blocks by the next step")
    func cancellation() throws {
        try engine.add(request(1, Array(repeating: 1, count: 10), SamplingParams(temperature: 0, maxTokens: 40)))
        _ = engine.step()
        #expect(engine.numFreeBlocks < 32)
        engine.cancel(1)
        engine.cancel(99)
        _ = engine.step()
        #expect(engine.numFreeBlocks == 32 && !engine.hasUnfinishedRequests)
    }

    @Test("the prompt of n completions is computed once")
    func sharedPrompt() throws {
        let params = SamplingParams(n: 3, temperature: 0, maxTokens: 5, ignoreEOS: true)
        try engine.add(request(1, Array(repeating: 1, count: 10), params))
        let output = try #require(try results(engine)[1]?.get())
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
        let cut = try #require(try results(engine)[1]?.get().promptLogprobs)
        let whole = Engine(
            model: HashingModel(blocks: 32, blockSize: 4, context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxModelLength: 64), totalBlocks: 32, blockSize: 4, context: context)
        try whole.add(request(1, prompt, params))
        #expect(try results(whole)[1]?.get().promptLogprobs == cut)
        #expect(cut.count == 40 && cut[0] == nil)
        for (index, entry) in cut.enumerated().dropFirst() {
            #expect(entry?.token == prompt[index] && entry?.top.count == 2)
        }
    }
}
