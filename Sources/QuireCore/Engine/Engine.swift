/// The step loop: schedule, run the model, sample, settle.
///
/// Owned by one thread. Others reach it through what `Quire` builds around it.
public final class Engine {
    package var scheduler: Scheduler
    public let context: ComputeContext
    private let model: any ModelRunner
    private let parts: EngineParts
    private let seed: UInt64
    private var groups: [RequestID: SequenceGroup] = [:]
    private var addedRequests: UInt64 = 0

    /// - Parameter seed: for requests that bring none.
    public init(
        model: any ModelRunner, parts: EngineParts, scheduler configuration: SchedulerConfiguration, totalBlocks: Int,
        blockSize: Int, seed: UInt64 = 0, context: ComputeContext
    ) {
        self.model = model
        self.parts = parts
        self.seed = seed
        self.context = context
        scheduler = Scheduler(configuration: configuration, totalBlocks: totalBlocks, blockSize: blockSize)
    }

    deinit {
        for group in groups.values { for sequence in group.sequences { scheduler.release(sequence) } }
    }

    /// What a request may ask for; the same for the engine's whole life.
    public var limits: RequestLimits {
        RequestLimits(
            vocabularySize: model.vocabularySize, scheduler: scheduler.configuration,
            totalBlocks: scheduler.pool.total, blockSize: scheduler.pool.blockSize)
    }

    public var hasUnfinishedRequests: Bool { !groups.isEmpty }
    public var numRunning: Int { scheduler.running.count }
    public var numWaiting: Int { scheduler.waiting.count }
    public var numFreeBlocks: Int { scheduler.pool.freeCount }
    public var numPreemptions: Int { scheduler.numPreemptions }
    /// Tokens that were found in the cache instead of being computed.
    public var numCachedTokens: Int { scheduler.numCachedTokens }
    /// Seconds that the last step took beside running the model and sampling: scheduling, the batch, and settling.
    public private(set) var lastBookkeepingTime = 0.0

    /// Tokens in the cache, and slots in the blocks that are taken for them.
    public var memoryUsage: (tokens: Int, slots: Int) {
        var tokens = 0
        for group in groups.values { for sequence in group.sequences { tokens += sequence.numComputedTokens } }
        return (tokens, (scheduler.pool.total - scheduler.pool.freeCount) * scheduler.pool.blockSize)
    }

    /// Queues a request.
    ///
    /// - Throws: `RequestError`, at once, for what can never be served; whatever a plugin throws for its parameters.
    public func add(_ request: Request) throws {
        precondition(groups[request.id] == nil, "two requests with the id \(request.id)")
        let maxTokens = try limits.admissibleTokens(of: request)
        addedRequests += 1
        var random = RandomSource(seed: seed, branch: -1, position: Int(addedRequests))
        let picker = try parts.picker(
            for: request, seed: request.params.seed ?? random.next(), kernels: context.kernels)
        let group = SequenceGroup(
            request: request, strategy: try parts.strategy(for: request), picker: picker, maxTokens: maxTokens)
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
        if step.isEmpty { return ended }
        let (batch, jobs) = makeBatch(step)
        let start = ContinuousClock.now
        do {
            sample(jobs, try model.run(batch, copies: step.copies))
        } catch {
            for span in step.spans { span.group.failure = error }
            return ended + endFailedRequests()
        }
        let end = ContinuousClock.now
        scheduler.settle(step, time: (end - start).seconds)
        let updates = jobs.compactMap { settle($0) }
        if updates.contains(where: { $0.result != nil }) {
            scheduler.removeFinished { groups[$0.request.id] == nil }
        }
        lastBookkeepingTime = (start - begin + (ContinuousClock.now - end)).seconds
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
                blocks: span.sequence.blockTable.blocks,
                sampled: (sampled.lowerBound - span.start)..<(sampled.upperBound - span.start))
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

    // MARK: - Settling

    private func settle(_ job: SamplingJob) -> RequestUpdate? {
        let group = job.group
        if let failure = job.failure {
            group.failure = failure
            return end(group)
        }
        group.promptLogprobs?.append(contentsOf: job.promptLogprobs)
        guard !job.candidates.isEmpty else { return nil }
        if !group.hasFirstToken {
            group.hasFirstToken = true
            group.metrics.timeToFirstToken = (ContinuousClock.now - group.arrival).seconds
        }
        let deltas = carryOn(group, job)
        if group.sequences.isEmpty {
            groups[group.request.id] = nil
            return RequestUpdate(requestID: group.request.id, deltas: deltas, result: .success(group.output()))
        }
        return RequestUpdate(requestID: group.request.id, deltas: deltas, result: nil)
    }

    /// Forks, drops and extends the candidates as the strategy said.
    private func carryOn(_ group: SequenceGroup, _ job: SamplingJob) -> [RequestUpdate.Delta] {
        // The usual case, without the lists that forks need.
        if job.candidates.count == 1, job.continuations.count == 1 {
            return [extend(job.candidates[0], with: job.continuations[0].picked, in: group)]
        }
        var deltas: [RequestUpdate.Delta] = []
        var heirs: [[PickedToken]] = Array(repeating: [], count: job.candidates.count)
        for continuation in job.continuations { heirs[continuation.parent].append(continuation.picked) }
        for (parent, picks) in zip(job.candidates, heirs) {
            // Forks come first: they copy the parent as it is.
            var sequences = picks.isEmpty ? [] : [parent]
            for _ in picks.dropFirst() {
                sequences.append(scheduler.fork(parent, branch: group.nextBranch))
                group.nextBranch += 1
            }
            group.sequences.append(contentsOf: sequences.dropFirst())
            if picks.isEmpty { drop(parent, from: group) }
            for (sequence, picked) in zip(sequences, picks) {
                deltas.append(extend(sequence, with: picked, in: group))
            }
        }
        return deltas
    }

    private func extend(
        _ sequence: SequenceState, with picked: PickedToken, in group: SequenceGroup
    ) -> RequestUpdate.Delta {
        sequence.append(picked)
        let (text, completion) = group.completionAfterAppending(to: sequence, picked.token)
        if let completion {
            group.completions.append(completion)
            drop(sequence, from: group)
        }
        return RequestUpdate.Delta(index: sequence.branch, tokenIDs: [picked.token], text: text)
    }

    private func drop(_ sequence: SequenceState, from group: SequenceGroup) {
        scheduler.release(sequence)
        group.sequences.removeAll { $0 === sequence }
    }

    // MARK: - Ending

    private func endFailedRequests() -> [RequestUpdate] {
        let failed = groups.values.filter { $0.failure != nil }.sorted { $0.request.id < $1.request.id }
        guard !failed.isEmpty else { return [] }
        let updates = failed.map { end($0) }
        scheduler.removeFinished { groups[$0.request.id] == nil }
        return updates
    }

    private func end(_ group: SequenceGroup) -> RequestUpdate {
        for sequence in group.sequences { scheduler.release(sequence) }
        group.sequences.removeAll()
        groups[group.request.id] = nil
        return RequestUpdate(
            requestID: group.request.id, deltas: [], result: .failure(group.failure ?? RequestError.cancelled))
    }

    /// Traps where blocks and tables disagree; for tests.
    package func checkInvariants() {
        let tables = groups.values.flatMap { $0.sequences.map { $0.blockTable.blocks } }
        scheduler.pool.checkInvariants(tables: tables)
    }
}

extension Duration {
    /// The duration in seconds.
    package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
