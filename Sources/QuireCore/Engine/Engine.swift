/// The step loop: schedule, run the model, sample, settle.
///
/// Owned by one thread. Others reach it through what `Quire` builds around it.
public final class Engine {
    package var scheduler: Scheduler
    public let context: ComputeContext
    let model: any ModelRunner
    package let parts: EngineParts
    private let seed: UInt64
    var groups: [RequestID: SequenceGroup] = [:]
    private var addedRequests = 0
    var numSteps = 0
    /// Sees every step in which anything happened, on the engine's thread; traces are made only where somebody looks.
    public var onStep: ((StepTrace) -> Void)? {
        didSet { scheduler.pool.evicted = onStep == nil ? nil : [] }
    }

    /// - Parameters:
    ///   - windows: of each group of the model's layers; see `KVGroups`.
    ///   - seed: for requests that bring none.
    public init(
        model: any ModelRunner, parts: EngineParts, scheduler configuration: SchedulerConfiguration, totalBlocks: Int,
        blockSize: Int, windows: [Int?] = [nil], seed: UInt64 = 0, context: ComputeContext
    ) {
        self.model = model
        self.parts = parts
        self.seed = seed
        self.context = context
        scheduler = Scheduler(
            configuration: configuration, totalBlocks: totalBlocks, blockSize: blockSize, windows: windows)
    }

    deinit {
        for group in groups.values { scheduler.release(group) }
    }

    /// What a request may ask for; the same for the engine's whole life.
    public var limits: RequestLimits {
        RequestLimits(
            vocabularySize: model.vocabularySize, scheduler: scheduler.configuration,
            totalBlocks: scheduler.pool.total, windows: scheduler.pool.windows,
            isSharing: scheduler.pool.isSharing)
    }

    public var hasUnfinishedRequests: Bool { !groups.isEmpty }
    public var numRunning: Int { scheduler.running.count }
    public var numWaiting: Int { scheduler.waiting.count }
    public var numFreeBlocks: Int { scheduler.pool.freeCount }
    public var numPreemptions: Int { scheduler.numPreemptions }
    /// Blocks that were copied because somebody wrote to a shared one.
    public var numBlockCopies: Int { scheduler.numCopies }
    /// Tokens that were found in the cache instead of being computed.
    public var numCachedTokens: Int { scheduler.numCachedTokens }
    /// Whether one more request may wait.
    public var hasRoomInLine: Bool { scheduler.waiting.count < scheduler.configuration.maxQueuedRequests }
    /// Sees where the time of every step went that ran, on the engine's thread.
    public var onTiming: ((StepTiming) -> Void)?

    /// Where the engine stands.
    public var counters: EngineCounters {
        EngineCounters(
            running: numRunning, waiting: numWaiting, totalBlocks: scheduler.pool.total, freeBlocks: numFreeBlocks,
            findableBlocks: scheduler.pool.findableCount, sharedBlocks: scheduler.pool.sharedCount,
            preemptions: numPreemptions, copies: numBlockCopies, evictions: scheduler.pool.numEvictions,
            cachedTokens: numCachedTokens, steps: numSteps)
    }

    /// What the block tables hold now.
    public var memoryUsage: MemoryUsage {
        var usage = MemoryUsage(
            slots: (scheduler.pool.total - scheduler.pool.freeCount) * scheduler.pool.blockSize)
        for group in scheduler.running {
            for sequence in group.sequences { usage.tokens += sequence.numHeldTokens(scheduler.pool.windows) }
            for sequence in group.allSequences { usage.tableEntries += sequence.blockTable.numHeldBlocks }
        }
        usage.blocks = scheduler.pool.total - scheduler.pool.freeCount
        return usage
    }

    /// Queues a request.
    ///
    /// - Throws: `RequestError`, at once, for what can never be served, and where too many wait; whatever a plugin throws
    ///   for its parameters.
    public func add(_ request: Request) throws {
        precondition(groups[request.id] == nil, "two requests with the id \(request.id)")
        let (strategy, admission) = try parts.admission(of: request, limits: limits)
        guard hasRoomInLine else { throw RequestError.queueFull(limit: scheduler.configuration.maxQueuedRequests) }
        addedRequests += 1
        // Requests draw at positions from 0 on; the seeds that the engine gives them come from below.
        var random = RandomSource(seed: seed, position: -addedRequests)
        let picker = try parts.picker(
            for: request, seed: request.params.seed ?? random.next(), kernels: context.kernels)
        let group = SequenceGroup(
            request: request, strategy: strategy, picker: picker, admission: admission,
            cachesPrefixes: scheduler.configuration.cachesPrefixes, isSharing: scheduler.pool.isSharing,
            lengthThresholds: model.lengthThresholds)
        groups[request.id] = group
        scheduler.add(group)
    }

    /// Ends a request at the next step; it frees its blocks then. Unknown and finished ids are left alone.
    public func cancel(_ id: RequestID) { groups[id]?.failure = RequestError.cancelled }

    /// Runs one step.
    ///
    /// - Returns: what it brought, for each request that changed. A failing request ends alone, with its error.
    public func step() -> [RequestUpdate] {
        let begin = ContinuousClock.now
        let ended = endFailedRequests()
        let step = scheduler.schedule()
        if step.isEmpty {
            if !ended.isEmpty || !step.preempted.isEmpty { report(step, ended, MemoryUsage(), since: begin) }
            return ended
        }
        let usage = onStep == nil ? MemoryUsage() : tracedMemoryUsage
        let (batch, jobs) = makeBatch(step)
        let start = ContinuousClock.now
        let modelEnd: ContinuousClock.Instant
        do {
            let logits = try model.run(batch, copies: step.copies)
            modelEnd = .now
            sample(jobs, logits)
        } catch {
            scheduler.abandon(step)
            for span in step.spans { span.group.failure = error }
            let updates = ended + endFailedRequests()
            report(step, updates, usage, since: begin)
            return updates
        }
        let end = ContinuousClock.now
        scheduler.settle(step, time: (end - start).seconds)
        let updates = jobs.compactMap { settle($0) }
        if updates.contains(where: { $0.result != nil }) {
            scheduler.removeFinished { groups[$0.request.id] == nil }
        }
        onTiming?(
            StepTiming(
                promptTokens: step.numPromptTokens, decodedTokens: step.numTokens - step.numPromptTokens,
                model: (modelEnd - start).seconds, sampling: (end - modelEnd).seconds,
                bookkeeping: (start - begin + (ContinuousClock.now - end)).seconds))
        report(step, ended + updates, usage, since: begin)
        return ended + updates
    }

    // MARK: - Running

    private func makeBatch(_ step: borrowing Step) -> (Batch, [SamplingJob]) {
        var batch = Batch()
        var jobs: [SamplingJob] = []
        for span in step.spans {
            let sampled = sampledPositions(of: span)
            let firstRow = batch.sampledRows.count
            batch.append(
                tokens: span.sequence.tokens[span.start..<(span.start + span.count)], firstPosition: span.start,
                blocks: span.sequence.blockTable.blocks, groups: scheduler.pool.windows.groupCount,
                sampled: (sampled.lowerBound - span.start)..<(sampled.upperBound - span.start),
                longest: span.group.longestLength)
            guard !sampled.isEmpty else { continue }
            if jobs.last?.group !== span.group { jobs.append(SamplingJob(group: span.group)) }
            jobs[jobs.count - 1].add(span, sampled: sampled, firstRow: firstRow)
        }
        return (batch, jobs)
    }

    /// Positions whose logits are wanted: the last one where the sequence then waits for a token, and those before
    /// prompt tokens whose log-probabilities are still to be reported.
    private func sampledPositions(of span: Step.Span) -> Range<Int> {
        let end = span.start + span.count
        let group = span.group
        if group.wantsPromptRows, let known = group.promptLogprobs?.count {
            let first = max(span.start, known - 1)
            return first..<max(first, end)
        }
        return (span.completes ? end - 1 : end)..<end
    }

    private func sample(_ jobs: [SamplingJob], _ logits: Tensor) {
        // Rows of logits are read, and each job writes its own results only.
        let shared = SharedSampling(jobs: jobs, logits: logits)
        context.workers.run(jobs.count) { shared.run($0) }
    }

    // MARK: - Ending

    private func endFailedRequests() -> [RequestUpdate] {
        let failed = groups.values.filter { $0.failure != nil }.sorted { $0.request.id < $1.request.id }
        guard !failed.isEmpty else { return [] }
        let updates = failed.map { fail($0) }
        scheduler.removeFinished { groups[$0.request.id] == nil }
        return updates
    }

    /// Traps where blocks and tables disagree; for tests.
    package func checkInvariants() {
        scheduler.pool.checkInvariants(tables: groups.values.flatMap(\.tables))
        for sequence in groups.values.flatMap(\.allSequences) { sequence.checkHoles(scheduler.pool.windows) }
    }
}

extension Duration {
    /// The duration in seconds.
    package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
