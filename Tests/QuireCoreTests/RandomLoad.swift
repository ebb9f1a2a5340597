import QuireCore
import Testing

/// Random arrivals, lengths, widths, cancellations and failures over a random cache and budget.
struct RandomLoad {
    struct Ask {
        let prompt: [TokenID]
        let params: SamplingParams
    }

    let engine: Engine
    let model: HashingModel
    private(set) var asks: [RequestID: Ask] = [:]
    private(set) var ended: [RequestID: Result<RequestOutput, any Error>] = [:]
    private var cancelled: Set<RequestID> = []
    private var mayFail = false
    private let requests: Int
    private var dice: Dice

    /// - Parameter windows: of each group of the model's layers.
    init(seed: Int, requests: Int, windows: [Int?] = [nil]) throws {
        dice = Dice(seed)
        self.requests = requests
        let blockSize = dice.pick([1, 3, 8, 16])
        // What sees everything takes most.
        let limited = windows.count { $0 != nil }
        let totalBlocks =
            (dice.roll(60..<300) / blockSize + 1) * max(1, windows.count - limited) + limited * (20 / blockSize + 2)
        let context = try Parts.context(threads: 1 + seed % 2)
        let model = HashingModel(blocks: totalBlocks, blockSize: blockSize, windows: windows, context: context)
        let engine = Engine(
            model: model, parts: try Parts.make(),
            scheduler: SchedulerConfiguration(
                maxSequences: dice.roll(2..<20), maxBatchedTokens: dice.roll(3..<80),
                maxStepTime: dice.chance(30) ? 1e-5 : nil, maxModelLength: 120, maxPromptRows: dice.roll(1..<30),
                cachesPrefixes: dice.chance(80), sharesBlocks: dice.chance(85), maxQueuedRequests: requests,
                maxOvertakes: dice.roll(0..<20)),
            totalBlocks: totalBlocks, blockSize: blockSize, windows: windows, seed: 9, context: context)
        model.inspect = { [unowned engine, unowned model] batch in
            for span in batch.spans {
                for index in (span.firstPosition / blockSize)...((span.contextLength - 1) / blockSize) {
                    // Others may hold a block as soon as this step fills it, never one that is open still.
                    guard (index + 1) * blockSize > span.contextLength else { continue }
                    for group in windows.indices {
                        let block = batch.tables[span.tableStart(ofGroup: group) + index]
                        model.expect(
                            engine.scheduler.pool.referenceCount(of: block) == 1, "a block is written that others hold")
                    }
                }
            }
        }
        (self.engine, self.model) = (engine, model)
    }

    mutating func run() throws {
        var steps = 0
        while asks.count < requests || engine.hasUnfinishedRequests {
            if asks.count < requests, dice.chance(40) { arrive() }
            if dice.chance(3), !asks.isEmpty { cancelOne() }
            if dice.chance(1) { failNextStep() }
            for update in engine.step() {
                guard let result = update.result else { continue }
                #expect(ended.updateValue(result, forKey: update.requestID) == nil, "a request ended twice")
            }
            #expect(cancelled.allSatisfy { ended[$0] != nil }, "a cancelled request lives on")
            engine.checkInvariants()
            checkWindows()
            steps += 1
            try #require(steps < 20_000, "the engine does not come to an end")
        }
    }

    private mutating func arrive() {
        let id = RequestID(asks.count)
        let n = dice.chance(30) ? dice.roll(2..<7) : 1
        let isSearch = n > 1 && dice.chance(50)
        let params = SamplingParams(
            n: n, temperature: dice.chance(30) ? 0 : 1, seed: UInt64(dice.roll(0..<1_000)),
            maxTokens: dice.roll(1..<40), stopTokenIDs: !isSearch && dice.chance(30) ? [3, 4] : [],
            logprobs: dice.chance(20) ? 2 : nil, promptLogprobs: dice.chance(20) ? 1 : nil,
            priority: dice.chance(30) ? dice.roll(-2..<3) : 0, cacheSalt: dice.chance(20) ? "other" : nil,
            decodingStrategy: isSearch ? RivalsStrategy.name : nil)
        // Half of the prompts begin alike, so that blocks are found again.
        let beginning = dice.chance(50) ? (0..<dice.roll(1..<50)).map { TokenID($0 * 7 % 50) } : []
        let prompt = beginning + (0..<dice.roll(1..<60 - beginning.count)).map { _ in TokenID(dice.roll(0..<50)) }
        let ask = Ask(prompt: prompt, params: params)
        asks[id] = ask
        do {
            try engine.add(Request(id: id, prompt: ask.prompt, params: params))
        } catch {
            ended[id] = .failure(error)
        }
    }

    private mutating func cancelOne() {
        let id = RequestID(dice.roll(0..<asks.count))
        engine.cancel(id)
        if ended[id] == nil { cancelled.insert(id) }
    }

    private mutating func failNextStep() {
        model.failsOnce = true
        mayFail = true
    }

    /// Between steps, layers with a window hold no more than it and a block.
    private func checkWindows() {
        for sequence in engine.scheduler.running.flatMap(\.sequences) {
            for (group, window) in model.windows.enumerated() {
                guard let window else { continue }
                let entries = stride(from: group, to: sequence.blockTable.blocks.count, by: model.windows.count)
                let gone = entries.count { sequence.blockTable.blocks[$0] == BlockTable.hole }
                let held = sequence.numComputedTokens - gone * engine.limits.blockSize
                model.expect(held <= window + engine.limits.blockSize, "\(held) tokens held for \(window)")
            }
        }
    }

    // MARK: - What must have come of it

    func check(_ id: RequestID, _ ask: Ask) {
        switch ended[id] {
        case .success(let output): check(output, ask)
        case .failure(RequestError.cancelled): #expect(cancelled.contains(id))
        case .failure(is HashingModel.Failure): #expect(mayFail)
        case .failure(RequestError.neverFits(let needed, let there)):
            #expect(needed > there)
            guard model.windows == [nil] else { return checkRefusal(ask) }
            let tokens = ask.prompt.count + (ask.params.maxTokens ?? 0) - 1
            #expect(there == engine.limits.totalBlocks * engine.limits.blockSize && needed > there)
            // One sequence alone is too much, or all that must run together.
            let together = ask.params.decodingStrategy == nil ? 1 : ask.params.n
            let shared =
                engine.limits.isSharing ? ask.prompt.count / engine.limits.blockSize * engine.limits.blockSize : 0
            // Where not all samples run at once, the prompt is kept for those to come.
            let kept = ask.params.n > together ? ask.prompt.count + engine.limits.blockSize : 0
            #expect(shared + together * (tokens - shared + engine.limits.blockSize) + kept > there)
        case .failure(RequestError.parameter(let name, _, _)):
            #expect(name == "n" && ask.params.n > engine.limits.maxWidth && ask.params.decodingStrategy != nil)
        case .failure(let error): Issue.record("an error that nothing gave cause for: \(error)")
        case nil: Issue.record("a request never ended")
        }
    }

    /// With windows: what one step's sequences hold at worst, of which none shares anything, does not fit.
    private func checkRefusal(_ ask: Ask) {
        let blockSize = engine.limits.blockSize
        let tokens = ask.prompt.count + (ask.params.maxTokens ?? 0) - 1
        let perSequence = model.windows.reduce(0) { $0 + min(tokens, $1 ?? .max) / blockSize + 2 }
        let together = ask.params.decodingStrategy == nil ? min(ask.params.n, 2) : ask.params.n
        #expect(together * perSequence > engine.limits.totalBlocks)
    }

    private func check(_ output: RequestOutput, _ ask: Ask) {
        if ask.params.decodingStrategy == nil { checkSampling(output, ask) } else { checkSearch(output, ask) }
        checkPrompt(output, ask)
    }

    private func checkSearch(_ output: RequestOutput, _ ask: Ask) {
        let (width, count) = (ask.params.n, ask.params.maxTokens ?? 0)
        let expected = RivalsStrategy.prediction(
            ask.prompt, count: count, width: width, windows: model.windows)
        #expect(Set(output.outputs.map(\.tokenIDs)) == expected && output.outputs.count == width)
        if output.metrics.preemptions == 0, output.metrics.cachedTokens == 0 {
            #expect(output.metrics.computedTokens == ask.prompt.count + width * (count - 1))
        }
    }

    private func checkSampling(_ output: RequestOutput, _ ask: Ask) {
        #expect(output.outputs.map(\.index) == Array(0..<ask.params.n))
        for completion in output.outputs {
            let expected = HashingModel.prediction(
                ask.prompt, count: ask.params.maxTokens ?? 0, params: ask.params, branch: completion.index,
                windows: model.windows)
            #expect(completion.tokenIDs == expected)
            let stops = expected.last.map(ask.params.stopTokenIDs.contains) ?? false
            #expect(completion.finishReason == (stops ? .stop : .length))
            #expect(completion.logprobs?.map(\.token) == (ask.params.logprobs == nil ? nil : expected))
        }
    }

    private func checkPrompt(_ output: RequestOutput, _ ask: Ask) {
        guard ask.params.promptLogprobs != nil else { return #expect(output.promptLogprobs == nil) }
        #expect(output.promptLogprobs?.map { $0?.token } == [nil] + ask.prompt.dropFirst().map { $0 })
        for (position, entry) in (output.promptLogprobs ?? []).enumerated().dropFirst() {
            let row = HashingModel.logits(after: ask.prompt[..<position], windows: model.windows)
            let own = row[Int(ask.prompt[position])]
            #expect(entry?.rank == 1 + row.count { $0 > own })
            #expect(entry?.top.first?.token == row.firstIndex(of: row.max() ?? 0).map { TokenID($0) })
        }
    }
}
