import DequeModule

/// Decides what each step runs.
///
/// There is no prefill phase and no decode phase: every sequence has computed tokens and all its tokens, and a step
/// hands out a budget of tokens, and of time, towards catching up. Sequences that lack one token go first, so that a
/// long prompt never stalls them; then prompts under way; then new requests, as far as free blocks hold them. Each of
/// these goes by turns: by priority, then by arrival. Under pressure the request whose turn is last gives its blocks
/// back and is computed again later.
package struct Scheduler: ~Copyable {
    package let configuration: SchedulerConfiguration
    package internal(set) var pool: BlockPool
    /// In the order of their turns, as `running` is.
    package internal(set) var waiting: Deque<SequenceGroup> = []
    package internal(set) var running: [SequenceGroup] = []
    var cost = StepCostModel()
    package internal(set) var numPreemptions = 0
    /// Tokens that were found in the cache instead of being computed.
    package internal(set) var numCachedTokens = 0
    /// Blocks that were copied because somebody wrote to a shared one.
    package internal(set) var numCopies = 0
    private(set) var numArrivals: UInt64 = 0
    var numAdmissions: UInt64 = 0

    /// - Parameter windows: of each group of layers; see `KVGroups`.
    package init(configuration: SchedulerConfiguration, totalBlocks: Int, blockSize: Int, windows: [Int?] = [nil]) {
        self.configuration = configuration
        pool = BlockPool(
            total: totalBlocks, blockSize: blockSize, isSharing: configuration.sharesBlocks, windows: windows)
    }

    package var hasUnfinished: Bool { !waiting.isEmpty || !running.isEmpty }

    /// Puts a new request in line.
    package mutating func add(_ group: SequenceGroup) {
        numArrivals += 1
        group.turn = Turn(
            priority: group.request.params.priority, arrival: numArrivals, admissionsBefore: numAdmissions)
        enqueue(group)
    }

    /// Chooses the tokens of the next step and takes the blocks that they will be written to.
    package mutating func schedule() -> Step {
        var step = Step()
        scheduleDecodes(&step)
        schedulePrompts(&step)
        // Prompts that hold each other's blocks: the last one yields until the first can go on.
        while step.isEmpty, running.count > 1 {
            let needed = blocksToCome(of: running[0], chunk: 1)
            preempt(running.count - 1, for: running[0], needing: needed, &step)
            schedulePrompts(&step)
        }
        if step.preempted.isEmpty { admit(&step) }
        numCopies += step.copies.count
        return step
    }

    /// Marks the step's tokens as computed, gives back what no later token sees, and learns from its time, in seconds.
    package mutating func settle(_ step: borrowing Step, time: Double) {
        for span in step.spans {
            span.sequence.numComputedTokens += span.count
            span.group.metrics.computedTokens += span.count
        }
        for duplicate in step.duplicates { duplicate.sequence.mergeBlock(duplicate.index, in: &pool) }
        if pool.windows.areLimited {
            for span in step.spans { span.sequence.releaseUnseenBlocks(to: &pool) }
        }
        cost.observe(
            decodes: step.numTokens - step.numPromptTokens, promptTokens: step.numPromptTokens, time: time)
    }

    /// Forgets what a step that failed was to write. Requests that were to read it later begin again.
    package mutating func abandon(_ step: borrowing Step) {
        guard !step.published.isEmpty else { return }
        for block in step.published { pool.retract(block) }
        let unwritten = Set(step.published)
        for index in running.indices.reversed()
        where running[index].tables.contains(where: { !unwritten.isDisjoint(with: $0) }) {
            let group = running.remove(at: index)
            release(group)
            enqueue(group)
        }
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

    /// Gives back all blocks of a request.
    package mutating func release(_ group: SequenceGroup) {
        for sequence in group.sequences { release(sequence) }
        if let stem = group.unborn.stem { release(stem) }
    }

    /// A copy of a sequence over the same blocks.
    package mutating func fork(_ parent: SequenceState, branch: Int) -> SequenceState {
        SequenceState(forking: parent, branch: branch, pool: &pool)
    }

    /// Gives a sequence the blocks for its next tokens and puts them into the step.
    mutating func schedule(_ sequence: SequenceState, of group: SequenceGroup, count: Int, _ step: inout Step) {
        let start = sequence.numComputedTokens
        guard let copies = sequence.blockTable.reserve(writing: start..<(start + count), from: &pool) else {
            preconditionFailure("blocks were promised and are lacking")
        }
        step.copies.append(contentsOf: copies)
        step.spans.append(Step.Span(group: group, sequence: sequence, start: start, count: count))
        step.numTokens += count
        // Whoever comes later in this step may read what is written earlier in it.
        if group.publishesBlocks { sequence.publishBlocks(upTo: start + count, in: &pool, &step) }
    }
}
