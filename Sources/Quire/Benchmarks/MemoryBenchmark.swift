import QuireCore

/// How much of the KV cache holds tokens while real request lengths pass through the real scheduler and block pool.
///
/// The model computes nothing: only lengths matter here.
public struct MemoryBenchmark {
    /// Averages over steps.
    public struct Report: Sendable {
        public let requests: Int
        public let steps: Int
        public let blockSize: Int
        /// Share of the slots in allocated blocks that hold no token.
        public let pagedWaste: Double
        /// The same share where every running request holds room for the longest one.
        public let contiguousWaste: Double
        /// Tokens of the longest request.
        public let longest: Int
        public let meanRunning: Double
        public let preemptions: Int
    }

    private let trace: RequestTrace
    private let options: EngineOptions
    private let cacheTokens: Int

    /// - Parameter cacheTokens: tokens that the cache holds.
    public init(trace: RequestTrace, options: EngineOptions, cacheTokens: Int) {
        self.trace = trace
        self.options = options
        self.cacheTokens = cacheTokens
    }

    public func run() throws -> Report {
        let longest = trace.requests.map { $0.prompt + $0.generated }.max() ?? 1
        let context = ComputeContext(kernels: try Kernels(), workers: WorkerPool(threads: 1))
        let engine = Engine(
            model: NullModel(context: context), parts: try EngineParts(registry: try PluginRegistry(bundledPlugins)),
            scheduler: SchedulerConfiguration(
                maxSequences: options.maxSequences, maxBatchedTokens: options.maxBatchedTokens,
                maxModelLength: longest + 1,
                // All prompts are the same token again and again; shared blocks would hide what pages waste.
                cachesPrefixes: false, maxQueuedRequests: options.maxSequences),
            totalBlocks: max(cacheTokens, longest) / options.blockSize + 1, blockSize: options.blockSize,
            context: context)
        var tally = Tally(longest: longest)
        var next = 0
        while next < trace.requests.count || engine.hasUnfinishedRequests {
            // Requests wait in line, but not all of them: the trace is long.
            while next < trace.requests.count, engine.numWaiting < options.maxSequences {
                let lengths = trace.requests[next]
                try engine.add(
                    Request(
                        id: RequestID(next), prompt: Array(repeating: 1, count: lengths.prompt),
                        params: SamplingParams(temperature: 0, maxTokens: lengths.generated, ignoreEOS: true)))
                next += 1
            }
            _ = engine.step()
            tally.add(engine)
        }
        return Report(
            requests: trace.requests.count, steps: tally.steps, blockSize: options.blockSize,
            pagedWaste: tally.pagedWaste / Double(max(1, tally.steps)),
            contiguousWaste: tally.contiguousWaste / Double(max(1, tally.steps)), longest: longest,
            meanRunning: Double(tally.running) / Double(max(1, tally.steps)), preemptions: engine.numPreemptions)
    }

    /// Sums over steps with at least one request in memory.
    private struct Tally {
        let longest: Int
        var steps = 0
        var pagedWaste = 0.0
        var contiguousWaste = 0.0
        var running = 0

        init(longest: Int) { self.longest = longest }

        mutating func add(_ engine: Engine) {
            let usage = engine.memoryUsage
            guard usage.slots > 0 else { return }
            steps += 1
            running += engine.numRunning
            pagedWaste += 1 - Double(usage.tokens) / Double(usage.slots)
            contiguousWaste += 1 - Double(usage.tokens) / Double(engine.numRunning * longest)
        }
    }
}
