import QuireCore
import Testing

@Suite("The engine under random load")
struct EnginePropertyTests {
    @Test("every request ends once, with the tokens it would have alone, and no block is lost", arguments: 0..<120)
    func randomLoad(seed: Int) throws {
        var load = try RandomLoad(seed: seed, requests: 40)
        try load.run()
        let model = load.model
        #expect(model.faults.isEmpty, "\(model.faults)")
        #expect(model.largestBatch <= load.engine.scheduler.configuration.maxBatchedTokens)
        #expect(load.engine.numFreeBlocks == load.engine.limits.totalBlocks)
        #expect(load.ended.count == 40)
        for (id, ask) in load.asks { load.check(id, ask) }
    }

    @Test("the random loads above do preempt, cancel, refuse, fail and finish: they test what they say")
    func coverage() throws {
        var (preemptions, finished, refused, failed, cancelled) = (0, 0, 0, 0, 0)
        for seed in 0..<30 {
            var load = try RandomLoad(seed: seed, requests: 40)
            try load.run()
            preemptions += load.engine.numPreemptions
            for result in load.ended.values {
                switch result {
                case .success: finished += 1
                case .failure(RequestError.cancelled): cancelled += 1
                case .failure(is HashingModel.Failure): failed += 1
                case .failure: refused += 1
                }
            }
        }
        #expect(preemptions > 100 && finished > 600 && refused > 10 && failed > 10 && cancelled > 10)
    }

    @Test("whatever is admitted comes to an end, however exactly it fills the cache", arguments: 1...5)
    func tightFits(blockSize: Int) throws {
        let context = try Parts.context()
        for totalBlocks in 1...6 {
            for (prompt, maxTokens, n) in Self.sizes(upTo: totalBlocks * blockSize) {
                let engine = Engine(
                    model: HashingModel(blocks: totalBlocks, blockSize: blockSize, context: context),
                    parts: try Parts.make(), scheduler: SchedulerConfiguration(maxModelLength: 64),
                    totalBlocks: totalBlocks, blockSize: blockSize, context: context)
                let tokens = (0..<prompt).map { TokenID($0) }
                let params = SamplingParams(n: n, seed: 5, maxTokens: maxTokens)
                do { try engine.add(Request(id: 1, prompt: tokens, params: params)) } catch { continue }
                let result = engine.results(limit: 300)[1]
                let place = "\(totalBlocks) blocks of \(blockSize), prompt \(prompt), max_tokens \(maxTokens), n \(n)"
                let output = try #require(try result?.get(), "never ends: \(place)")
                for completion in output.outputs {
                    let expected = HashingModel.prediction(
                        tokens, count: maxTokens, params: params, branch: completion.index)
                    #expect(completion.tokenIDs == expected, "\(place)")
                }
            }
        }
    }

    private static func sizes(upTo capacity: Int) -> [(prompt: Int, maxTokens: Int, n: Int)] {
        (1...capacity).flatMap { prompt in
            [1, 2, capacity - prompt, capacity - prompt + 1].filter { $0 > 0 }.flatMap { maxTokens in
                (1...3).map { (prompt, maxTokens, $0) }
            }
        }
    }

    @Test("equal requests end in the order of their arrival, under pressure too", arguments: 0..<20)
    func order(seed: Int) throws {
        var dice = Dice(seed)
        let blockSize = dice.pick([1, 2, 4, 8])
        let (prompt, maxTokens) = (dice.roll(1..<20), dice.roll(2..<30))
        let totalBlocks = (prompt + maxTokens) * dice.roll(1..<4) / blockSize + 2
        let context = try Parts.context()
        let engine = Engine(
            model: HashingModel(blocks: totalBlocks, blockSize: blockSize, context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(
                maxSequences: dice.roll(1..<12), maxBatchedTokens: dice.roll(1..<40), maxModelLength: 64),
            totalBlocks: totalBlocks, blockSize: blockSize, context: context)
        let params = SamplingParams(temperature: 0, maxTokens: maxTokens)
        var ends: [RequestID] = []
        var added = 0
        var steps = 0
        while added < 25 || engine.hasUnfinishedRequests {
            if added < 25, dice.chance(60) {
                let tokens = (0..<prompt).map { _ in TokenID(dice.roll(0..<50)) }
                try engine.add(Request(id: RequestID(added), prompt: tokens, params: params))
                added += 1
            }
            ends += engine.step().filter { $0.result != nil }.map(\.requestID)
            steps += 1
            try #require(steps < 20_000, "the engine does not come to an end")
        }
        #expect(ends == (0..<25).map { RequestID($0) })
    }
}
