import QuireCore
import Testing

@Suite("Sequences hold blocks together")
struct SharingTests {
    static func engine(
        blocks: Int = 64, blockSize: Int = 4, caches: Bool = true, shares: Bool = true,
        maxSequences: Int = 64, maxBatchedTokens: Int = 256
    ) throws -> (Engine, HashingModel) {
        let context = try Parts.context()
        let model = HashingModel(blocks: blocks, blockSize: blockSize, context: context)
        let engine = Engine(
            model: model, parts: try Parts.make(),
            scheduler: SchedulerConfiguration(
                maxSequences: maxSequences, maxBatchedTokens: maxBatchedTokens, maxModelLength: 128,
                cachesPrefixes: caches, sharesBlocks: shares),
            totalBlocks: blocks, blockSize: blockSize, context: context)
        return (engine, model)
    }

    static let prompt = (0..<18).map { TokenID($0) }

    static func request(_ id: RequestID, n: Int = 1, maxTokens: Int = 6, strategy: String? = nil) -> Request {
        Request(
            id: id, prompt: prompt,
            params: SamplingParams(n: n, seed: 7, maxTokens: maxTokens, ignoreEOS: true, decodingStrategy: strategy))
    }

    @Test("requests that begin alike and arrive together compute the beginning once")
    func togetherOnce() throws {
        let (engine, model) = try Self.engine()
        for id in 0..<5 { try engine.add(Self.request(RequestID(id))) }
        let results = engine.results()
        let outputs = try (0..<5).map { try #require(try results[RequestID($0)]?.get()) }
        #expect(outputs.map(\.metrics.cachedTokens) == [0, 16, 16, 16, 16])
        #expect(outputs.allSatisfy { $0.outputs == outputs[0].outputs })
        #expect(model.faults.isEmpty)
    }

    @Test("a chunk that another request has computed meanwhile is not computed again")
    func chunks() throws {
        let (engine, model) = try Self.engine(maxBatchedTokens: 5)
        for id in 0..<2 { try engine.add(Self.request(RequestID(id))) }
        let results = engine.results()
        let computed = try (0..<2).reduce(0) { try $0 + (results[RequestID($1)]?.get().metrics.computedTokens ?? 0) }
        #expect(computed <= 18 + 5 + (18 - 16) + 5 + 4, "\(computed) tokens were computed")
        #expect(model.faults.isEmpty)
    }

    @Test("what a step that failed should have written is not found, also by those who wait for it")
    func failedStep() throws {
        let (engine, model) = try Self.engine(maxBatchedTokens: 18)
        for id in 0..<3 { try engine.add(Self.request(RequestID(id))) }
        model.failsOnce = true
        let results = engine.results()
        for id in 0..<3 {
            guard case .success(let output) = results[RequestID(id)] else { continue }
            let expected = HashingModel.prediction(
                Self.prompt, count: 6, params: Self.request(0).params, branch: 0)
            #expect(output.outputs.first?.tokenIDs == expected)
        }
        #expect(model.faults.isEmpty && results.count == 3)
        #expect(throws: HashingModel.Failure.self) { try results[0]?.get() }
    }

    @Test(
        "the prompt is computed once for eight completions, and only a shared tail is copied, one time less than it is shared"
    )
    func copies() throws {
        for (n, prompt) in [(8, 18), (8, 16), (1, 18), (2, 17)] {
            let (engine, model) = try Self.engine()
            let request = Request(
                id: 1, prompt: Array(Self.prompt.prefix(prompt)),
                params: SamplingParams(n: n, seed: 7, maxTokens: 6, ignoreEOS: true))
            try engine.add(request)
            let output = try #require(try engine.results()[1]?.get())
            #expect(output.metrics.computedTokens == prompt + n * 5)
            #expect(engine.numBlockCopies == (prompt % 4 == 0 ? 0 : n - 1))
            #expect(engine.numFreeBlocks == 64 && model.faults.isEmpty)
        }
    }

    @Test(
        "completions that say the same come together on the same blocks as these become full", arguments: [true, false])
    func merging(caches: Bool) throws {
        let (engine, model) = try Self.engine(caches: caches)
        let params = SamplingParams(n: 6, temperature: 0, maxTokens: 21, ignoreEOS: true)
        try engine.add(Request(id: 1, prompt: Self.prompt, params: params))
        var most = 0
        engine.onStep = { most = max(most, $0.usage.blocks) }
        let output = try #require(try engine.results()[1]?.get())
        #expect(Set(output.outputs.map(\.tokenIDs)).count == 1)
        // 38 tokens are run: nine full blocks for all, and a tail for each; while a block fills each has its own.
        #expect(most <= 9 + 6 && model.faults.isEmpty)
    }

    @Test("no block is copied that has one owner", arguments: 0..<20)
    func soleOwners(seed: Int) throws {
        let (engine, _) = try Self.engine(blocks: 40 + seed)
        for id in 0..<4 {
            try engine.add(
                Self.request(
                    RequestID(id), n: 2 + (seed + id) % 4, maxTokens: 9, strategy: id % 2 == 0 ? "rivals" : nil))
        }
        var holders: [BlockID: Int] = [:]
        var faults = 0
        engine.onStep = { trace in
            for copy in trace.copies where holders[copy.source, default: 0] < 2 { faults += 1 }
            holders = Dictionary(uniqueKeysWithValues: trace.references.map { ($0.block, $0.count) })
        }
        _ = engine.results()
        #expect(engine.numBlockCopies > 0 && faults == 0)
    }

    @Test("without sharing every sequence has blocks of its own, and the results are the same")
    func notSharing() throws {
        for strategy in [nil, "rivals"] {
            var answers: [Set<[TokenID]>] = []
            for shares in [true, false] {
                let (engine, model) = try Self.engine(shares: shares)
                try engine.add(Self.request(1, n: 4, maxTokens: 12, strategy: strategy))
                var shared = 0
                engine.onStep = { trace in shared += trace.usage.tableEntries - trace.usage.blocks }
                let output = try #require(try engine.results()[1]?.get())
                answers.append(Set(output.outputs.map(\.tokenIDs)))
                #expect((shared > 0) == shares && model.faults.isEmpty)
            }
            #expect(answers[0] == answers[1])
        }
    }

    @Test("siblings come together on the same blocks after preemption, cache or none", arguments: [true, false])
    func afterPreemption(caches: Bool) throws {
        // A search that fits by sharing only, beside a request that preempts it again and again.
        for (blocks, width) in [(28, 4), (16, 2), (40, 6)] {
            let (engine, model) = try Self.engine(blocks: blocks, caches: caches)
            let search = Request(
                id: 1, prompt: Self.prompt,
                params: SamplingParams(
                    n: width, maxTokens: 20, ignoreEOS: true, priority: 1, decodingStrategy: "rivals"))
            try engine.add(search)
            for id in 2..<6 {
                let other = SamplingParams(temperature: 0, maxTokens: 24, ignoreEOS: true)
                try engine.add(
                    Request(id: RequestID(id), prompt: (0..<10).map { TokenID($0 + id * 9) % 50 }, params: other))
                for _ in 0..<3 {
                    _ = engine.step()
                    engine.checkInvariants()
                }
            }
            let output = try #require(try engine.results()[1]?.get())
            #expect(
                Set(output.outputs.map(\.tokenIDs))
                    == RivalsStrategy.prediction(Self.prompt, count: 20, width: width))
            #expect(output.metrics.preemptions > 0 && model.faults.isEmpty)
        }
    }

    @Test("a search that fills the cache exactly is served, and one block less is refused", arguments: [1, 3, 4, 8])
    func tightSearch(blockSize: Int) throws {
        for (prompt, maxTokens, width) in [(5, 7, 3), (8, 9, 4), (18, 2, 2), (1, 16, 5), (16, 1, 4)] {
            let tokens = prompt + maxTokens - 1
            let shared = prompt / blockSize
            let exact = shared + width * ((tokens + blockSize - 1) / blockSize - shared)
            for blocks in [exact, exact - 1] where blocks > 0 {
                let (engine, model) = try Self.engine(blocks: blocks, blockSize: blockSize)
                let request = Request(
                    id: 1, prompt: Array(Self.prompt.prefix(prompt)),
                    params: SamplingParams(
                        n: width, maxTokens: maxTokens, ignoreEOS: true, decodingStrategy: "rivals"))
                guard blocks == exact else {
                    #expect(throws: RequestError.self) { try engine.add(request) }
                    continue
                }
                try engine.add(request)
                let output = try #require(try engine.results(limit: 400)[1]?.get(), "never ends")
                #expect(
                    Set(output.outputs.map(\.tokenIDs))
                        == RivalsStrategy.prediction(request.prompt, count: maxTokens, width: width))
                #expect(model.faults.isEmpty && engine.numFreeBlocks == blocks)
            }
        }
    }

    @Test("a trace tells of every preemption, in steps that run nothing too")
    func tracedPreemptions() throws {
        var told = 0
        let (engine, _) = try Self.engine(blocks: 14)
        engine.onStep = { told += $0.preemptions.count }
        for id in 0..<6 {
            let params = SamplingParams(temperature: 0, maxTokens: 24, ignoreEOS: true)
            let prompt = (0..<20).map { TokenID(($0 + Int(id) * 9) % 50) }
            try engine.add(Request(id: RequestID(id), prompt: prompt, params: params))
        }
        _ = engine.results()
        #expect(told == engine.numPreemptions && told > 0)
    }
}
