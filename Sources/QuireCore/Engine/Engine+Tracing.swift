extension Engine {
    /// What the block tables hold while a step runs, and the least that would do.
    var tracedMemoryUsage: MemoryUsage {
        var usage = memoryUsage
        for group in scheduler.running {
            var contents: Set<BlockHash> = []
            for sequence in group.sequences {
                let groupCount = scheduler.pool.windows.groupCount
                for (index, block) in sequence.blockTable.blocks.enumerated() where block != BlockTable.hole {
                    let content = sequence.content(of: index / groupCount, scheduler.pool.blockSize)
                    contents.insert(content.inGroup(index % groupCount))
                }
            }
            usage.distinctContents += contents.count
        }
        return usage
    }

    /// Counts a step, and tells of it where somebody looks.
    func report(
        _ step: borrowing Step, _ updates: [RequestUpdate], _ usage: MemoryUsage, since begin: ContinuousClock.Instant
    ) {
        numSteps += 1
        guard let onStep else { return }
        onStep(trace(of: step, updates, usage, time: (ContinuousClock.now - begin).seconds))
    }

    /// How things stand between two steps.
    public var snapshot: StepTrace { trace(of: Step(), [], memoryUsage, time: 0) }

    /// What a step did, as things stand after it.
    private func trace(
        of step: borrowing Step, _ updates: [RequestUpdate], _ usage: MemoryUsage, time: Double
    ) -> StepTrace {
        var counts: [BlockID: Int] = [:]
        var tables: [StepTrace.Table] = []
        for group in scheduler.running {
            for table in group.tables { for block in table { counts[block, default: 0] += 1 } }
            for sequence in group.sequences {
                tables.append(
                    StepTrace.Table(
                        request: group.request.id, branch: sequence.branch, tokens: sequence.tokens.count,
                        computed: sequence.numComputedTokens, blocks: sequence.blockTable.heldBlocks))
            }
        }
        defer { scheduler.pool.evicted = [] }
        return StepTrace(
            step: numSteps, time: time, tokens: step.numTokens, promptTokens: step.numPromptTokens,
            running: scheduler.running.count, waiting: scheduler.waiting.count,
            freeBlocks: scheduler.pool.freeCount, findableBlocks: scheduler.pool.findableCount,
            cachedBlocks: scheduler.pool.cachedBlocks, usage: usage,
            tables: tables, references: counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            copies: step.copies, evictions: scheduler.pool.evicted ?? [], preemptions: step.preempted,
            admitted: step.admitted, finished: updates.filter { $0.result != nil }.map(\.requestID))
    }
}
