import QuireCore
import Testing

@Suite("What fails ends alone")
struct EngineFailureTests {
    let context: ComputeContext
    let model: HashingModel
    let engine: Engine

    init() throws {
        context = try Parts.context()
        model = HashingModel(blocks: 32, blockSize: 4, context: context)
        engine = try Self.engine(model, context)
    }

    static func engine(
        _ model: any ModelRunner, _ context: ComputeContext, _ change: (inout PluginRegistry) throws -> Void = { _ in }
    ) throws -> Engine {
        Engine(
            model: model, parts: try Parts.make(change),
            scheduler: SchedulerConfiguration(maxSequences: 2, maxBatchedTokens: 16, maxModelLength: 64),
            totalBlocks: 32, blockSize: 4, context: context)
    }

    func add(_ id: RequestID, _ prompt: [TokenID], maxTokens: Int = 6) throws {
        try engine.add(
            Request(id: id, prompt: prompt, params: SamplingParams(temperature: 0, maxTokens: maxTokens)))
    }

    @Test("a model that throws ends the requests of that step; those that wait are served")
    func failingModel() throws {
        for id in 1...3 { try add(RequestID(id), [TokenID(id)]) }
        _ = engine.step()
        model.failsOnce = true
        let updates = engine.step()
        #expect(updates.map(\.requestID) == [1, 2])
        for update in updates { #expect(throws: HashingModel.Failure.self) { try update.result?.get() } }
        engine.checkInvariants()
        #expect(engine.numFreeBlocks == 32 && engine.numRunning == 0 && engine.numWaiting == 1)
        let output = try #require(try engine.results()[3]?.get().outputs.first)
        #expect(output.tokenIDs == HashingModel.prediction([3], count: 6))
    }

    @Test("logits that are not numbers end that request alone, at its prompt or later")
    func poisonedLogits() throws {
        let later = try #require(HashingModel.prediction([1], count: 3).last)
        model.poison = later
        try add(1, [1])
        try add(2, [2, later])
        let clean = try #require((3..<20).first { !HashingModel.prediction([$0], count: 6).contains(later) })
        try add(3, [clean])
        let results = engine.results()
        for id in [1, 2] {
            #expect(throws: RequestError.notANumber) { try results[RequestID(id)]?.get() }
        }
        let expected = HashingModel.prediction([clean], count: 6)
        #expect(try results[3]?.get().outputs.first?.tokenIDs == expected)
        #expect(engine.numFreeBlocks == 32)
    }

    @Test("logits that are not numbers inside a prompt end a request that asked for their log-probabilities")
    func poisonedPrompt() throws {
        model.poison = 7
        let params = SamplingParams(temperature: 0, maxTokens: 1, promptLogprobs: 1)
        try engine.add(Request(id: 1, prompt: [7, 8, 9], params: params))
        try add(2, [7, 8, 9], maxTokens: 1)
        let results = engine.results()
        #expect(throws: RequestError.notANumber) { try results[1]?.get() }
        #expect(try results[2]?.get().outputs.count == 1)
    }

    /// Fails in another way for each of some prompts.
    struct Moody: LogitsProcessor {
        static let name = "moody"
        static let order = 0
        struct Refusal: Error {}

        static func make(for request: Request) throws -> Moody? {
            if request.prompt == [0] { throw Refusal() }
            return Moody()
        }

        func apply(
            to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
        ) throws {
            if prompt == [1], generated.count == 2 { throw Refusal() }
            if prompt == [2], generated.count == 2 { logits.update(repeating: -.infinity) }
            if prompt == [4], generated.count == 2 { logits[5] = .nan }
            if prompt == [5], generated.count == 2 { logits[5] = .infinity }
        }
    }

    @Test("a processor that throws, forbids every token or leaves what is no number ends its request alone")
    func failingProcessor() throws {
        let engine = try Self.engine(model, context) { try $0.logitsProcessors.add("moody", Moody.self) }
        let params = SamplingParams(temperature: 0, maxTokens: 6)
        #expect(throws: Moody.Refusal.self) { try engine.add(Request(id: 9, prompt: [0], params: params)) }
        for id in 1...5 { try engine.add(Request(id: RequestID(id), prompt: [TokenID(id)], params: params)) }
        let results = engine.results()
        #expect(results.count == 5)
        for id: RequestID in [4, 5] {
            #expect(throws: RequestError.processedToNoNumber) { try results[id]?.get() }
        }
        #expect(throws: Moody.Refusal.self) { try results[1]?.get() }
        #expect(throws: RequestError.everythingForbidden) { try results[2]?.get() }
        #expect(try results[3]?.get().outputs.first?.tokenIDs == HashingModel.prediction([3], count: 6))
        #expect(engine.numFreeBlocks == 32)
    }

    @Test("processors run in their order, then by name, and leave the reported log-probabilities alone")
    func processorOrder() throws {
        let engine = try Self.engine(model, context) {
            try $0.logitsProcessors.add("b", OnlyToken<Seven>.self)
            try $0.logitsProcessors.add("a", OnlyToken<Eight>.self)
        }
        try engine.add(
            Request(id: 1, prompt: [1], params: SamplingParams(temperature: 0, maxTokens: 1, logprobs: 0)))
        let output = try #require(try engine.results()[1]?.get().outputs.first)
        #expect(output.tokenIDs == [7], "the one that runs last decides")
        let row = HashingModel.logits(after: [1])
        #expect(output.logprobs?.first?.rank == 1 + row.count { $0 > row[7] })
        let sum = try #require(output.cumulativeLogprob)
        #expect(sum < 0 && sum > -30)
    }

    @Test("an engine may go while requests run and wait")
    func goingEarly() throws {
        weak var gone: Engine?
        do {
            let engine = try Self.engine(model, context)
            gone = engine
            let params = SamplingParams(n: 2, seed: 1, maxTokens: 20)
            for id in 1...3 { try engine.add(Request(id: RequestID(id), prompt: [1, 2, 3], params: params)) }
            for _ in 0..<3 { _ = engine.step() }
            #expect(engine.numRunning == 1 && engine.numWaiting == 2 && engine.numFreeBlocks < 32)
        }
        #expect(gone == nil)
    }

    @Test("a cancelled request frees its blocks by the next step, running or waiting")
    func cancellation() throws {
        for id in 1...3 { try add(RequestID(id), [1, 2, 3, 4, 5], maxTokens: 40) }
        _ = engine.step()
        #expect(engine.numFreeBlocks < 32 && engine.numWaiting == 1)
        for id in [1, 2, 3, 99] { engine.cancel(RequestID(id)) }
        let updates = engine.step()
        #expect(updates.map(\.requestID) == [1, 2, 3])
        for update in updates { #expect(throws: RequestError.cancelled) { try update.result?.get() } }
        #expect(engine.numFreeBlocks == 32 && !engine.hasUnfinishedRequests)
    }
}

/// Raises one token above all others.
private struct OnlyToken<Choice: TokenChoice>: LogitsProcessor {
    static var name: String { Choice.name }
    static var order: Int { 1 }
    static func make(for request: Request) -> OnlyToken? { OnlyToken() }

    func apply(to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>) {
        logits.update(repeating: 0)
        logits[Choice.token] = 1
    }
}

private protocol TokenChoice: Sendable {
    static var name: String { get }
    static var token: Int { get }
}

private enum Seven: TokenChoice {
    static let name = "b"
    static let token = 7
}

private enum Eight: TokenChoice {
    static let name = "a"
    static let token = 8
}
