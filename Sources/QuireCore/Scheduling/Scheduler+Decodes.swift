/// Sequences that lack one token, and what happens where there is no block for it.
extension Scheduler {
    mutating func scheduleDecodes(_ step: inout Step) {
        var index = 0
        while index < running.count {
            let group = running[index]
            guard group.isDecoding, step.numTokens + group.sequences.count <= configuration.maxBatchedTokens else {
                index += 1
                continue
            }
            var needed = blocksForNextTokens(of: group)
            while needed > pool.freeCount, running.count - 1 > index {
                preempt(running.count - 1, for: group, needing: needed, &step)
                needed = blocksForNextTokens(of: group)
            }
            if needed > pool.freeCount {
                preempt(index, for: group, needing: needed, &step)
                return
            }
            for sequence in group.sequences { schedule(sequence, of: group, count: 1, &step) }
            index += 1
        }
    }

    /// Blocks that a group takes for the next token of each of its sequences.
    private func blocksForNextTokens(of group: SequenceGroup) -> Int {
        if group.sequences.count == 1, let sequence = group.sequences.first {
            let next = sequence.numComputedTokens
            return sequence.blockTable.blocksNeeded(writing: next..<(next + 1), in: pool)
        }
        var needed = 0
        // Of those that hold a block, the last to write need not copy it, unless somebody else holds it too.
        var holders: [BlockID: Int] = [:]
        for sequence in group.sequences {
            let next = sequence.numComputedTokens
            needed += sequence.blockTable.newBlocks(upTo: next + 1, pool)
            for index in sequence.blockTable.sharedEntries(in: next..<(next + 1), pool) {
                holders[sequence.blockTable.blocks[index], default: 0] += 1
            }
        }
        for (block, count) in holders { needed += pool.referenceCount(of: block) > count ? count : count - 1 }
        return needed
    }

    /// Takes all blocks from a running request and puts it back in line.
    mutating func preempt(_ index: Int, for other: SequenceGroup, needing needed: Int, _ step: inout Step) {
        let group = running.remove(at: index)
        let who = group === other ? "it" : "request \(other.request.id)"
        step.preempted.append(
            Preemption(
                request: group.request.id,
                reason: "\(who) needs \(needed) block\(needed == 1 ? "" : "s") and \(pool.freeCount) "
                    + "\(pool.freeCount == 1 ? "is" : "are") free"))
        release(group)
        group.metrics.preemptions += 1
        numPreemptions += 1
        enqueue(group)
    }
}
