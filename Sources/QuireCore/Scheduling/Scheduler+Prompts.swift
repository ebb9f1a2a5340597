/// Sequences that lack more than one token: prompts, and what preemption took.
extension Scheduler {
    /// Tokens of a prompt that a step runs even where its time is used up: prompts must not starve.
    private static let leastPromptTokens = 8

    mutating func schedulePrompts(_ step: inout Step) {
        for group in running where !group.isDecoding { scheduleChunks(of: group, &step) }
    }

    mutating func scheduleChunks(of group: SequenceGroup, _ step: inout Step) {
        for sequence in group.sequences where sequence.numPendingTokens > group.numHeldTokens {
            // What another request, or a sibling, has computed in the meantime need not be computed again.
            noteCached(takeCachedBlocks(for: sequence, of: group), group)
            scheduleChunk(of: sequence, group, &step)
        }
    }

    /// Blocks that a group still has to take for the tokens it has, and for the next token of each of its sequences.
    ///
    /// - Parameter chunk: tokens of a sequence that one step may run, which layers with a window hold for so long.
    func blocksToCome(of group: SequenceGroup, chunk: Int) -> Int {
        let windows = pool.windows
        var needed = 0
        if !group.hasFirstToken, group.mostTokens > group.request.prompt.count {
            // Once the prompt is there it forks, and each fork writes to a block of its own.
            let own =
                pool.isSharing ? windows.groupCount : windows.mostBlocks(tokens: group.request.prompt.count + 1)
            needed += (group.width - 1) * own
        }
        let lasting = lastingBlocksToCome(of: group)
        guard windows.areLimited else { return needed + lasting }
        for index in 0..<windows.groupCount {
            // However much siblings share: what lies in a window, for each of them, is enough.
            let seen = group.sequences.reduce(0) { sum, sequence in
                let most = windows.mostBlocks(
                    ofGroup: index, tokens: min(sequence.tokens.count + 1, group.mostTokens),
                    chunk: max(1, min(chunk, sequence.numPendingTokens)))
                let gone = windows.firstBlock(ofGroup: index, at: sequence.numComputedTokens)
                return sum + max(0, most - (sequence.blockTable.count - gone))
            }
            needed += min(lasting, seen)
        }
        return needed
    }

    /// The same for the sequences there are and one group of layers, where nothing is ever given back.
    private func lastingBlocksToCome(of group: SequenceGroup) -> Int {
        var needed = 0
        var counted: Set<BlockHash> = []
        for sequence in group.sequences {
            // One more, so that the next generated token finds room, unless it will be the last, which is never run.
            let tokens = min(sequence.tokens.count + 1, group.mostTokens)
            let all = pool.blocks(forTokens: tokens)
            var first = sequence.blockTable.count
            if group.sequences.count > 1, group.publishesBlocks {
                // Siblings that begin alike will come together on the same blocks.
                let findable = min(all, sequence.findableBlocks(blockSize: pool.blockSize))
                for index in first..<max(first, findable)
                where counted.insert(sequence.hash(of: index, pool.blockSize)).inserted {
                    needed += 1
                }
                first = max(first, findable)
            }
            needed += max(0, all - first)
        }
        return needed
    }

    /// Takes blocks that hold what a sequence has to compute next.
    ///
    /// - Returns: tokens that were found.
    mutating func takeCachedBlocks(for sequence: SequenceState, of group: SequenceGroup) -> Int {
        // Log-probabilities of a prompt need all of it to be run.
        group.publishesBlocks && !group.wantsPromptRows ? sequence.takeCachedBlocks(from: &pool) : 0
    }

    /// Counts tokens that were found for a request.
    mutating func noteCached(_ tokens: Int, _ group: SequenceGroup) {
        guard tokens > 0, configuration.cachesPrefixes else { return }
        numCachedTokens += tokens
        // A request is told what its prompt was spared, not what preemption cost and gave back.
        if !group.hasFirstToken, group.metrics.preemptions == 0 { group.metrics.cachedTokens += tokens }
    }

    private mutating func scheduleChunk(of sequence: SequenceState, _ group: SequenceGroup, _ step: inout Step) {
        let start = sequence.numComputedTokens
        var count = min(
            sequence.numPendingTokens - group.numHeldTokens, configuration.maxBatchedTokens - step.numTokens)
        if let limit = configuration.maxStepTime {
            let affordable = cost.promptTokens(
                within: limit, besideDecodes: step.numTokens > step.numPromptTokens)
            // A step always runs some tokens of a prompt, however slow the machine is.
            count = min(count, max(affordable, Self.leastPromptTokens) - step.numPromptTokens)
        }
        if group.wantsPromptRows { count = min(count, configuration.maxPromptRows - step.numPromptRows) }
        let freeBlocks = pool.freeCount / pool.windows.groupCount
        let room = (sequence.blockTable.count + freeBlocks) * pool.blockSize - start
        count = min(count, room)
        guard count > 0 else { return }
        schedule(sequence, of: group, count: count, &step)
        step.numPromptTokens += count
        if group.wantsPromptRows { step.numPromptRows += count }
    }
}
