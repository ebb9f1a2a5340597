import QuireCore
import Testing

@Suite("The engine under random load")
struct EnginePropertyTests {
    struct Ask {
        let prompt: [TokenID]
        let params: SamplingParams
    }

    /// Random arrivals, lengths, widths and cancellations over a random cache and budget.
    @Test("every request ends once with the tokens it would have alone, and no block is lost", arguments: 0..<60)
    func randomLoad(seed: Int) throws {
        var dice = Dice(seed)
        let blockSize = [1, 3, 8, 16][dice.roll(0..<4)]
        let totalBlocks = max(4, 160 / blockSize) + dice.roll(0..<40)
        let budget = dice.roll(4..<80)
        let context = try Parts.context(threads: 1 + seed % 2)
        let model = HashingModel(blocks: totalBlocks, blockSize: blockSize, context: context)
        let engine = Engine(
            model: model, parts: try Parts.make(),
            scheduler: SchedulerConfiguration(
                maxSequences: dice.roll(4..<20), maxBatchedTokens: budget,
                maxStepTime: dice.chance(30) ? 1e-5 : nil, maxModelLength: 120),
            totalBlocks: totalBlocks, blockSize: blockSize, context: context)
        var asks: [RequestID: Ask] = [:]
        var ended: [RequestID: Result<RequestOutput, any Error>] = [:]
        var cancelled: Set<RequestID> = []
        var steps = 0
        while asks.count < 40 || engine.hasUnfinishedRequests {
            if asks.count < 40, dice.chance(40) {
                let id = RequestID(asks.count)
                let ask = Self.ask(&dice)
                asks[id] = ask
                do {
                    try engine.add(Request(id: id, prompt: ask.prompt, params: ask.params))
                } catch {
                    ended[id] = .failure(error)
                }
            }
            if dice.chance(3), !asks.isEmpty {
                let id = RequestID(dice.roll(0..<asks.count))
                engine.cancel(id)
                if ended[id] == nil { cancelled.insert(id) }
            }
            for update in engine.step() {
                guard let result = update.result else { continue }
                #expect(ended.updateValue(result, forKey: update.requestID) == nil, "a request ended twice")
            }
            engine.checkInvariants()
            steps += 1
            try #require(steps < 20_000, "the engine does not come to an end")
        }
        #expect(model.largestBatch <= budget)
        #expect(engine.numFreeBlocks == totalBlocks)
        #expect(ended.count == 40)
        for (id, ask) in asks { Self.check(ask, ended[id], wasCancelled: cancelled.contains(id)) }
    }

    private static func ask(_ dice: inout Dice) -> Ask {
        let prompt = (0..<dice.roll(1..<60)).map { _ in TokenID(dice.roll(0..<50)) }
        let n = dice.chance(25) ? dice.roll(2..<4) : 1
        let params = SamplingParams(
            n: n, temperature: 0, maxTokens: dice.roll(1..<40), ignoreEOS: true,
            promptLogprobs: dice.chance(20) ? 1 : nil)
        return Ask(prompt: prompt, params: params)
    }

    private static func check(_ ask: Ask, _ result: Result<RequestOutput, any Error>?, wasCancelled: Bool) {
        switch result {
        case .success(let output):
            let expected = HashingModel.prediction(ask.prompt, count: ask.params.maxTokens ?? 0)
            #expect(output.outputs.count == ask.params.n)
            for completion in output.outputs {
                #expect(completion.tokenIDs == expected)
                #expect(completion.finishReason == .length)
            }
            #expect(output.promptLogprobs?.count == (ask.params.promptLogprobs == nil ? nil : ask.prompt.count))
        case .failure(let error):
            let refused = if case RequestError.neverFits = error { true } else { false }
            let tooWide = if case RequestError.parameter = error { true } else { false }
            #expect(refused || tooWide || wasCancelled, "\(error)")
        case nil:
            Issue.record("a request never ended")
        }
    }
}
