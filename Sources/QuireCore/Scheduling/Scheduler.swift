import DequeModule

/// Decides what each step runs.
///
/// There is no prefill phase and no decode phase: every sequence has computed tokens and all its tokens, and a step
/// hands out a budget of tokens, and of time, towards catching up. First come, first served: sequences that lack one
/// token go first, so that a long prompt never stalls them; then prompts under way; then new requests, as far as free
/// blocks hold them. Under pressure the newest request gives its blocks back and is computed again later.
package struct Scheduler: ~Copyable {
    package let configuration: SchedulerConfiguration
    package internal(set) var pool: BlockPool
    package private(set) var waiting: Deque<SequenceGroup> = []
    package private(set) var running: [SequenceGroup] = []
    private(set) var cost = StepCostModel()
    package private(set) var numPreemptions = 0
    /// Tokens that were found in the cache instead of being computed.
    package private(set) var numCachedTokens = 0

    /// Tokens of a prompt that a step runs even where its time is used up: prompts must not starve.
    private static let leastPromptTokens = 8

    package init(configuration: SchedulerConfiguration, totalBlocks: Int, blockSize: Int) {
        self.configuration = configuration
        pool = BlockPool(total: totalBlocks, blockSize: blockSize)
    }

    package var hasUnfinished: Bool { !waiting.isEmpty || !running.isEmpty }

    package mutating func add(_ group: SequenceGroup) { waiting.append(group) }

    /// Chooses the tokens of the next step and takes the blocks that they will be written to.
    package mutating func schedule() -> Step {
        var step = Step()
        scheduleDecodes(&step)
        schedulePrompts(&step)
        // Prompts that hold each other's blocks: the newest yields until the oldest can go on.
        while step.isEmpty, running.count > 1 {
            preempt(running.count - 1, &step)
            schedulePrompts(&step)
        }
        if step.preempted.isEmpty { admit(&step) }
        return step
    }

    /// Marks the step's tokens as computed and learns from its time, in seconds.
    package mutating func settle(_ step: borrowing Step, time: Double) {
        for span in step.spans {
            span.sequence.numComputedTokens += span.count
            span.group.metrics.computedTokens += span.count
            if configuration.cachesPrefixes { span.sequence.publishBlocks(to: &pool) }
        }
        cost.observe(
            decodes: step.numTokens - step.numPromptTokens, promptTokens: step.numPromptTokens, time: time)
    }

    /// Takes finished requests out; their blocks must have been released.
    package mutating func removeFinished(_ isFinished: (SequenceGroup) -> Bool) {
        running.removeAll(where: isFinished)
        if waiting.contains(where: isFinished) { waiting.removeAll(where: isFinished) }
    }

    /// Gives back all blocks of a sequence.
    package mutating func release(_ sequence: SequenceState) {
        sequence.releaseBlocks(to: &pool)
    }

    /// A copy of a sequence over the same blocks.
    package mutating func fork(_ parent: SequenceState, branch: Int) -> SequenceState {
        SequenceState(forking: parent, branch: branch, pool: &pool)
    }

    // MARK: - Sequences that lack one token

    private mutating func scheduleDecodes(_ step: inout Step) {
        var index = 0
        while index < running.count {
            let group = running[index]
            guard group.isDecoding, step.numTokens + group.sequences.count <= configuration.maxBatchedTokens else {
                index += 1
                continue
            }
            while blocksForNextTokens(of: group) > pool.freeCount, running.count - 1 > index {
                preempt(running.count - 1, &step)
            }
            if blocksForNextTokens(of: group) > pool.freeCount {
                preempt(index, &step)
                return
            }
            for sequence in group.sequences { schedule(sequence, of: group, count: 1, &step) }
            index += 1
        }
    }

    private func blocksForNextTokens(of group: SequenceGroup) -> Int {
        var needed = 0
        for sequence in group.sequences {
            let next = sequence.numComputedTokens
            needed += sequence.blockTable.blocksNeeded(writing: next..<(next + 1), in: pool)
        }
        return needed
    }

    // MARK: - Prompts

    private mutating func schedulePrompts(_ step: inout Step) {
        for group in running where !group.isDecoding {
            for sequence in group.sequences where sequence.numPendingTokens > 0 {
                scheduleChunk(of: sequence, group, &step)
            }
        }
    }

    private mutating func admit(_ step: inout Step) {
        guard !waiting.isEmpty else { return }
        var reserved = running.reduce(0) { $0 + blocksToCome(of: $1) }
        var sequences = running.reduce(0) { $0 + $1.width }
        while let group = waiting.first {
            guard
                sequences + group.width <= configuration.maxSequences,
                sequences + group.width <= configuration.maxBatchedTokens,
                step.numTokens < configuration.maxBatchedTokens
            else { return }
            takeCachedBlocks(for: group)
            let needed = blocksToCome(of: group)
            guard reserved + needed <= pool.freeCount else {
                for sequence in group.sequences { release(sequence) }
                return
            }
            countCachedTokens(of: group)
            waiting.removeFirst()
            running.append(group)
            sequences += group.width
            let freeBefore = pool.freeCount
            for sequence in group.sequences { scheduleChunk(of: sequence, group, &step) }
            reserved += needed - (freeBefore - pool.freeCount)
        }
    }

    private mutating func takeCachedBlocks(for group: SequenceGroup) {
        // Log-probabilities of a prompt need all of it to be run.
        guard configuration.cachesPrefixes, !group.wantsPromptRows else { return }
        for sequence in group.sequences { sequence.takeCachedBlocks(from: &pool) }
    }

    private mutating func countCachedTokens(of group: SequenceGroup) {
        for sequence in group.sequences { numCachedTokens += sequence.numComputedTokens }
        // A request is told what its prompt was spared, not what preemption cost and gave back.
        guard !group.hasFirstToken, group.metrics.preemptions == 0, let sequence = group.sequences.first else { return }
        group.metrics.cachedTokens = sequence.numComputedTokens
    }

    /// Blocks that a group still has to take for the tokens it has; 0 once it decodes.
    private func blocksToCome(of group: SequenceGroup) -> Int {
        guard !group.isDecoding else { return 0 }
        return group.sequences.reduce(0) { sum, sequence in
            // One more, so that the next generated token finds room, unless it will be the last, which is never run.
            let tokens = min(sequence.tokens.count + 1, group.mostTokens)
            return sum + max(0, pool.blocks(forTokens: tokens) - sequence.blockTable.blocks.count)
        }
    }

    private mutating func scheduleChunk(of sequence: SequenceState, _ group: SequenceGroup, _ step: inout Step) {
        let start = sequence.numComputedTokens
        var count = min(sequence.numPendingTokens, configuration.maxBatchedTokens - step.numTokens)
        if let limit = configuration.maxStepTime {
            let affordable = cost.promptTokens(
                within: limit, besideDecodes: step.numTokens > step.numPromptTokens)
            // A step always runs some tokens of a prompt, however slow the machine is.
            count = min(count, max(affordable, Self.leastPromptTokens) - step.numPromptTokens)
        }
        if group.wantsPromptRows { count = min(count, configuration.maxPromptRows - step.numPromptRows) }
        let room = (sequence.blockTable.blocks.count + pool.freeCount) * pool.blockSize - start
        count = min(count, room)
        guard count > 0 else { return }
        schedule(sequence, of: group, count: count, &step)
        step.numPromptTokens += count
        if group.wantsPromptRows { step.numPromptRows += count }
    }

    private mutating func schedule(
        _ sequence: SequenceState, of group: SequenceGroup, count: Int, _ step: inout Step
    ) {
        let start = sequence.numComputedTokens
        guard let copies = sequence.blockTable.reserve(writing: start..<(start + count), from: &pool) else {
            preconditionFailure("blocks were promised and are lacking")
        }
        step.copies.append(contentsOf: copies)
        step.spans.append(Step.Span(group: group, sequence: sequence, start: start, count: count))
        step.numTokens += count
    }

    // MARK: - Pressure

    /// Takes all blocks from a running request and puts it back to the head of the queue.
    private mutating func preempt(_ index: Int, _ step: inout Step) {
        let group = running.remove(at: index)
        for sequence in group.sequences { release(sequence) }
        group.metrics.preemptions += 1
        numPreemptions += 1
        waiting.prepend(group)
        step.preempted.append(group.request.id)
    }
}
