import QuireCore
import Testing

@Suite("Layers that see only the last tokens")
struct SlidingWindowTests {
    /// All layers alike, some of them, several windows at once, shorter than a block and longer than any text.
    static let models: [[Int?]] = [
        [8], [1], [2], [30], [500], [nil, 8], [nil, 1], [nil, 5, 5, 5], [nil, nil, 12], [nil, 20, 3], [9, 4, 4],
        [1, 1],
    ]

    static func engine(
        _ windows: [Int?], blocks: Int, blockSize: Int = 4, maxSequences: Int = 64, maxBatchedTokens: Int = 256,
        caches: Bool = true
    ) throws -> (Engine, HashingModel) {
        let context = try Parts.context()
        let model = HashingModel(blocks: blocks, blockSize: blockSize, windows: windows, context: context)
        let engine = Engine(
            model: model, parts: try Parts.make(),
            scheduler: SchedulerConfiguration(
                maxSequences: maxSequences, maxBatchedTokens: maxBatchedTokens, maxModelLength: 512,
                cachesPrefixes: caches),
            totalBlocks: blocks, blockSize: blockSize, windows: windows, context: context)
        return (engine, model)
    }

    static func tokens(_ count: Int, from first: Int = 0) -> [TokenID] {
        (0..<count).map { TokenID(($0 * 7 + first) % 50) }
    }

    static func greedy(_ maxTokens: Int?) -> SamplingParams {
        SamplingParams(temperature: 0, maxTokens: maxTokens, ignoreEOS: true)
    }

    @Test(
        "under random load every token sees just its window, whatever happens, and answers are those of a request alone",
        arguments: 0..<12)
    func randomLoad(seed: Int) throws {
        for (index, windows) in Self.models.enumerated() {
            var load = try RandomLoad(seed: seed * 100 + index, requests: 25, windows: windows)
            try load.run()
            #expect(load.model.faults.isEmpty, "\(windows): \(load.model.faults)")
            #expect(load.engine.numFreeBlocks == load.engine.limits.totalBlocks && load.ended.count == 25)
            for (id, ask) in load.asks { load.check(id, ask) }
        }
    }

    @Test("the random loads above do preempt, find, copy and finish")
    func coverage() throws {
        for windows in Self.models {
            var (preemptions, found, copies, finished) = (0, 0, 0, 0)
            for seed in 0..<6 {
                var load = try RandomLoad(seed: seed, requests: 25, windows: windows)
                try load.run()
                preemptions += load.engine.numPreemptions
                found += load.engine.numCachedTokens
                copies += load.engine.numBlockCopies
                finished += load.ended.values.count { if case .success = $0 { true } else { false } }
            }
            // Narrow windows leave room for everybody.
            let isNarrow = windows.allSatisfy { $0 ?? .max < 30 }
            #expect(isNarrow || preemptions > 5, "\(windows)")
            #expect(found > 50 && copies > 20 && finished > 60, "\(windows): \(found), \(copies), \(finished)")
        }
    }

    @Test("a sequence may be far longer than the cache, and holds its window and a block", arguments: [1, 4, 7])
    func longSequences(blockSize: Int) throws {
        let windows = KVWindows([8], blockSize: blockSize)
        let blocks = windows.mostBlocks(tokens: 500)
        #expect(blocks * blockSize <= 8 + 2 * blockSize)
        let (engine, model) = try Self.engine([8], blocks: blocks, blockSize: blockSize)
        // Half of it is a prompt that must be cut to what the cache can take.
        try engine.add(Request(id: 1, prompt: Self.tokens(250), params: Self.greedy(nil)))
        let output = try #require(try engine.results()[1]?.get())
        #expect(output.outputs[0].tokenIDs == HashingModel.prediction(Self.tokens(250), count: 512 - 250))
        #expect(output.metrics.preemptions == 0 && model.faults.isEmpty)
    }

    @Test("the same answers come from layers that see everything, and take several times the blocks")
    func savings() throws {
        var most: [Int] = []
        var answers: [[TokenID]] = []
        for windows: [Int?] in [[nil, nil, nil], [nil, 16, 16], [16, 16, 16]] {
            let (engine, model) = try Self.engine(windows, blocks: 400)
            var used = 0
            engine.onStep = { used = max(used, 400 - $0.freeBlocks) }
            try engine.add(Request(id: 1, prompt: Self.tokens(200), params: Self.greedy(200)))
            answers.append(try #require(try engine.results()[1]?.get()).outputs[0].tokenIDs)
            #expect(model.faults.isEmpty)
            most.append(used)
        }
        #expect(answers[0] == answers[1] && answers[0] == answers[2])
        // 399 tokens are run. A window of 16 is at most five blocks of 4.
        #expect(most == [300, 110, 15])
    }

    @Test("whatever is admitted comes to an end, however exactly it fills the cache", arguments: models)
    func tightFits(windows: [Int?]) throws {
        for blockSize in [1, 3, 4] {
            for (prompt, maxTokens, n) in [(1, 30, 1), (20, 12, 1), (13, 9, 3), (16, 5, 2), (33, 4, 4), (5, 1, 2)] {
                for strategy in n == 1 ? [nil] : [nil, "rivals"] {
                    try Self.fill(windows, blockSize, prompt, maxTokens, n, strategy)
                }
            }
        }
    }

    /// Serves a request in every cache up to the first that is large enough and a few blocks beyond, twice: the second
    /// one preempts the first.
    private static func fill(
        _ windows: [Int?], _ blockSize: Int, _ prompt: Int, _ maxTokens: Int, _ n: Int, _ strategy: String?
    ) throws {
        var served = 0
        var blocks = 1
        while served < 4 {
            defer { blocks += 1 }
            let place = "\(windows), \(blocks) blocks of \(blockSize), \(prompt) + \(maxTokens), n \(n)"
            let (engine, model) = try engine(windows, blocks: blocks, blockSize: blockSize, maxBatchedTokens: 16)
            var results: [RequestID: Result<RequestOutput, any Error>] = [:]
            var added = 0
            for id in 0..<2 {
                let params = SamplingParams(
                    n: n, seed: 5, maxTokens: maxTokens, ignoreEOS: true, priority: -id, decodingStrategy: strategy)
                let request = Request(id: RequestID(id), prompt: tokens(prompt, from: id), params: params)
                do { try engine.add(request) } catch { continue }
                added += 1
                for _ in 0..<(prompt / 16 + 4) {
                    for update in engine.step() { results[update.requestID] = update.result }
                    engine.checkInvariants()
                }
            }
            results.merge(engine.results(limit: 4_000)) { $1 }
            try #require(blocks < 2_000 && results.count == added, "never ends: \(place)")
            guard added > 0 else { continue }
            #expect(model.faults.isEmpty, "\(place): \(model.faults)")
            for (id, result) in results {
                let outputs = try result.get().outputs
                let start = tokens(prompt, from: Int(id))
                if strategy != nil {
                    let expected = RivalsStrategy.prediction(start, count: maxTokens, width: n, windows: windows)
                    #expect(Set(outputs.map(\.tokenIDs)) == expected, "\(place)")
                } else {
                    for output in outputs {
                        let expected = HashingModel.prediction(
                            start, count: maxTokens, params: SamplingParams(seed: 5), branch: output.index,
                            windows: windows)
                        #expect(output.tokenIDs == expected, "\(place)")
                    }
                }
            }
            served += 1
        }
    }
}

@Suite("Prompts that begin alike, in layers that see only the last tokens")
struct SlidingPrefixTests {
    static let prompt = SlidingWindowTests.tokens(18)

    static func run(_ engine: Engine, _ prompt: [TokenID], maxTokens: Int = 6) throws -> RequestOutput {
        try engine.add(Request(id: 1, prompt: prompt, params: SlidingWindowTests.greedy(maxTokens)))
        return try #require(try engine.results()[1]?.get())
    }

    @Test("the second request computes only what is new", arguments: SlidingWindowTests.models)
    func secondRequest(windows: [Int?]) throws {
        let (engine, model) = try SlidingWindowTests.engine(windows, blocks: 200)
        let first = try Self.run(engine, Self.prompt)
        let second = try Self.run(engine, Self.prompt)
        #expect(first.metrics.cachedTokens == 0 && second.metrics.cachedTokens == 16)
        #expect(second.outputs == first.outputs && model.faults.isEmpty)
        // It began with the blocks that it needed, and left the others where they are.
        #expect(try Self.run(engine, Array(Self.prompt[..<9]) + [40, 41]).metrics.cachedTokens == 8)
        #expect(model.faults.isEmpty)
    }

    @Test("what a window lacks is computed again, from the last place where it lacks nothing")
    func lostBlocks() throws {
        for (prompt, cached) in [(Self.prompt, 16), (Array(Self.prompt[..<9]) + [40, 41], 4)] {
            let (engine, model) = try SlidingWindowTests.engine([nil, 4], blocks: 18)
            _ = try Self.run(engine, Self.prompt)
            // Eight blocks for another text: six that nobody had, then those that were freed first. Of the layers with a
            // window these are the third and the second block of the prompt.
            _ = try Self.run(engine, SlidingWindowTests.tokens(14, from: 3), maxTokens: 1)
            #expect(try Self.run(engine, prompt, maxTokens: 1).metrics.cachedTokens == cached)
            #expect(model.faults.isEmpty)
        }
    }

    @Test("a trace tells of what is held: no holes, every reference once", arguments: SlidingWindowTests.models)
    func traces(windows: [Int?]) throws {
        let (engine, _) = try SlidingWindowTests.engine(windows, blocks: 200)
        var told = 0
        engine.onStep = { trace in
            var counts: [BlockID: Int] = [:]
            for block in trace.tables.flatMap(\.blocks) { counts[block, default: 0] += 1 }
            let references = Dictionary(uniqueKeysWithValues: trace.references.map { ($0.block, $0.count) })
            #expect(counts == references && counts.keys.allSatisfy { (0..<200).contains($0) })
            #expect(trace.references.count + trace.freeBlocks == 200)
            #expect(
                trace.usage.distinctContents <= trace.usage.blocks && trace.usage.blocks <= trace.usage.tableEntries)
            #expect(trace.usage.tokens <= trace.usage.tableEntries * 4)
            told += trace.tables.count
        }
        for id in 0..<3 {
            let params = SamplingParams(n: 3, seed: 1, maxTokens: 20, ignoreEOS: true)
            let prompt = SlidingWindowTests.tokens(18, from: id)
            try engine.add(Request(id: RequestID(id), prompt: prompt, params: params))
        }
        _ = engine.results()
        #expect(told > 100)
    }
}
