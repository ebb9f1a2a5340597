import QuireCore

/// What every decoding strategy must do: answer with as many completions as were asked for, each as long as it may be,
/// say the same again, alone and in company, with plenty of memory and with hardly any, and take back nothing that it
/// called certain.
public struct DecodingStrategyConformance {
    private let strategy: any DecodingStrategy.Type
    private let kernels: Kernels
    private static let blockSize = 4
    /// Blocks with which no request ever waits.
    private static let plenty = 512

    public init(_ strategy: any DecodingStrategy.Type, kernels: Kernels) {
        self.strategy = strategy
        self.kernels = kernels
    }

    /// Checks requests to a random table of logits.
    ///
    /// - Returns: whether the strategy serves such parameters; where it refuses them with a `UserError` nothing is checked.
    /// - Throws: `ConformanceFailure` that says what is wrong.
    @discardableResult
    public func check(seed: Int, _ params: SamplingParams) throws -> Bool {
        var random = TestRandom(seed: seed)
        var params = params
        params.decodingStrategy = strategy.name
        params.seed = UInt64(seed)
        params.maxTokens = max(params.minTokens, random.roll(1...14))
        let width: Int
        do { width = try strategy.init(params: params).width } catch is any UserError { return false }
        let place = "\(strategy.name), seed \(seed)"
        guard width >= 1 else { throw ConformanceFailure("\(place): its width is \(width)") }

        let model = RandomTable(seed: seed, vocabularySize: random.roll(3...40))
        let prompts = (0..<4).map { _ in
            (0..<random.roll(1...9)).map { _ in TokenID(random.roll(0...(model.vocabularySize - 1))) }
        }
        let alone = try serve(prompts.prefix(1), params, model, totalBlocks: Self.plenty, stepTokens: 512, place)
        try check(alone[0], params, model.vocabularySize, place)
        let tokens = (prompts.map(\.count).max() ?? 1) + (params.maxTokens ?? 1)
        let scarce = (width + 1) * (tokens / Self.blockSize + 2)
        for (company, blocks) in [("other requests", Self.plenty), ("hardly any memory", scarce)] {
            let together = try serve(prompts[...], params, model, totalBlocks: blocks, stepTokens: max(8, width), place)
            guard together[0].outputs == alone[0].outputs else {
                throw ConformanceFailure("\(place): with \(company), a request has other completions than alone")
            }
        }
        return true
    }

    private func check(
        _ answer: RequestOutput, _ params: SamplingParams, _ vocabularySize: Int, _ place: String
    ) throws {
        guard answer.outputs.count == params.n else {
            throw ConformanceFailure("\(place): \(answer.outputs.count) completions; \(params.n) were asked for")
        }
        for output in answer.outputs {
            let (count, most) = (output.tokenIDs.count, params.maxTokens ?? .max)
            guard (1...most).contains(count) else {
                throw ConformanceFailure("\(place): a completion has \(count) tokens; 1 to \(most) are allowed")
            }
            guard output.tokenIDs.allSatisfy({ (0..<vocabularySize).contains(Int($0)) }) else {
                throw ConformanceFailure("\(place): a completion has tokens outside the vocabulary")
            }
            guard output.finishReason != .length || count == most else {
                throw ConformanceFailure("\(place): a completion of \(count) tokens says that it ended by its length")
            }
            if let sum = output.cumulativeLogprob, !(sum <= 1e-6) {
                throw ConformanceFailure("\(place): a completion's log-probability is \(sum)")
            }
        }
    }

    /// Serves a request for each prompt, together.
    private func serve(
        _ prompts: ArraySlice<[TokenID]>, _ params: SamplingParams, _ table: RandomTable, totalBlocks: Int,
        stepTokens: Int, _ place: String
    ) throws -> [RequestOutput] {
        let context = ComputeContext(kernels: kernels, workers: WorkerPool(threads: 2))
        var registry = PluginRegistry()
        try registry.samplers.add(CumulativeSampler.name, CumulativeSampler.self)
        try registry.decodingStrategies.add(strategy.name, strategy)
        let engine = Engine(
            model: TableRunner(table: table, context: context),
            parts: try EngineParts(registry: registry, sampler: CumulativeSampler.name),
            scheduler: SchedulerConfiguration(maxBatchedTokens: stepTokens, maxModelLength: 64),
            totalBlocks: totalBlocks, blockSize: Self.blockSize, context: context)
        for (index, prompt) in prompts.enumerated() {
            try engine.add(Request(id: RequestID(index), prompt: prompt, params: params, endTokens: [0]))
        }
        var answers: [RequestID: RequestOutput] = [:]
        var certain: [RequestID: [TokenID]] = [:]
        var steps = 0
        while engine.hasUnfinishedRequests {
            steps += 1
            guard steps < 100_000 else { throw ConformanceFailure("\(place): the requests do not end") }
            for update in engine.step() {
                if update.best != nil {
                    certain[update.requestID, default: []] += update.deltas.flatMap(\.tokenIDs)
                }
                if let result = update.result { answers[update.requestID] = try result.get() }
            }
            engine.checkInvariants()
        }
        guard engine.numFreeBlocks == totalBlocks else {
            throw ConformanceFailure("\(place): \(totalBlocks - engine.numFreeBlocks) blocks are held at the end")
        }
        for (id, tokens) in certain {
            guard let best = answers[id]?.outputs.first, best.tokenIDs.starts(with: tokens) else {
                throw ConformanceFailure("\(place): tokens that were called certain are not in the answer")
            }
        }
        return answers.sorted { $0.key < $1.key }.map(\.value)
    }
}
