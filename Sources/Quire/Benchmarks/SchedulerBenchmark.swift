import QuireCore

/// What the engine itself costs per step when many requests run and the model computes nothing.
public struct SchedulerBenchmark {
    /// One number of running requests.
    public struct Row: Sendable {
        public let requests: Int
        /// Milliseconds to choose a step and take its blocks; median over steps.
        public let scheduleMilliseconds: Double
        /// Milliseconds of a whole step: the batch, sampling and settling included.
        public let stepMilliseconds: Double
    }

    private let counts: [Int]
    private let steps: Int

    public init(counts: [Int], steps: Int) {
        self.counts = counts
        self.steps = steps
    }

    public func run() throws -> [Row] { try counts.map(measure) }

    private func measure(_ count: Int) throws -> Row {
        let context = ComputeContext(kernels: try Kernels(), workers: WorkerPool(threads: 1))
        let promptLength = 64
        let engine = Engine(
            model: NullModel(context: context), parts: try EngineParts(registry: try PluginRegistry(bundledPlugins)),
            scheduler: SchedulerConfiguration(
                maxSequences: count, maxBatchedTokens: count * promptLength, maxModelLength: 1 << 20,
                maxQueuedRequests: count),
            totalBlocks: count * (promptLength + steps + 64) / 16 + count, blockSize: 16, context: context)
        for id in 0..<count {
            try engine.add(
                Request(
                    id: RequestID(id), prompt: Array(repeating: 1, count: promptLength),
                    params: SamplingParams(temperature: 0, maxTokens: steps + 32, ignoreEOS: true)))
        }
        // The first steps run the prompts.
        for _ in 0..<4 { _ = engine.step() }
        var timings: [StepTiming] = []
        engine.onTiming = { timings.append($0) }
        for _ in 0..<steps { _ = engine.step() }
        func median(_ part: KeyPath<StepTiming, Double>) -> Double {
            timings.map { $0[keyPath: part] }.sorted()[timings.count / 2] * 1_000
        }
        return Row(
            requests: count, scheduleMilliseconds: median(\.bookkeeping), stepMilliseconds: median(\.total))
    }
}
