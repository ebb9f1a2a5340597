/// The line of waiting requests, and who is let in.
///
/// Nobody starves: once `maxOvertakes` requests were admitted since one arrived, it is urgent and goes ahead of every
/// priority, for good. So a request waits for at most that many admissions and for those that arrived before it.
extension Scheduler {
    /// Puts a request in line by its turn.
    mutating func enqueue(_ group: SequenceGroup) {
        waiting.insert(group, at: Self.place(of: group, in: waiting))
    }

    mutating func admit(_ step: inout Step) {
        guard !waiting.isEmpty else { return }
        let chunk = configuration.maxBatchedTokens
        var reserved = running.reduce(0) { $0 + ($1.isDecoding ? 0 : blocksToCome(of: $1, chunk: chunk)) }
        var sequences = running.reduce(0) { $0 + $1.width }
        while let group = nextWaiting() {
            guard
                sequences + group.width <= configuration.maxSequences,
                sequences + group.width <= configuration.maxBatchedTokens,
                step.numTokens < configuration.maxBatchedTokens
            else { return }
            var cached = 0
            for sequence in group.sequences { cached += takeCachedBlocks(for: sequence, of: group) }
            // Whoever runs alone may go in small steps.
            let needed = blocksToCome(of: group, chunk: running.isEmpty ? 1 : chunk)
            guard reserved + needed <= pool.freeCount else {
                release(group)
                // Requests that cannot fit are refused when they come; waiting for ever would be worse than saying so.
                if running.isEmpty {
                    group.failure = RequestError.neverFits(
                        tokens: needed * pool.blockSize, cacheTokens: pool.total * pool.blockSize)
                }
                return
            }
            waiting.removeFirst()
            running.insert(group, at: Self.place(of: group, in: running))
            numAdmissions += 1
            noteCached(cached, group)
            step.admitted.append(AdmittedRequest(request: group.request.id, cachedTokens: cached))
            sequences += group.width
            scheduleChunks(of: group, &step)
            reserved += blocksToCome(of: group, chunk: chunk)
        }
    }

    /// The request whose turn it is.
    private mutating func nextWaiting() -> SequenceGroup? {
        guard let first = waiting.first, let last = waiting.last else { return nil }
        // Among equals the first is the oldest, and nobody overtakes.
        if first.turn.priority == last.turn.priority { return first }
        guard
            let oldest = waiting.indices.min(by: { waiting[$0].turn.arrival < waiting[$1].turn.arrival }),
            !waiting[oldest].turn.isUrgent,
            numAdmissions - waiting[oldest].turn.admissionsBefore >= UInt64(configuration.maxOvertakes)
        else { return first }
        let group = waiting.remove(at: oldest)
        group.turn.isUrgent = true
        enqueue(group)
        return waiting.first
    }

    /// Where a request belongs among others that are in the order of their turns.
    private static func place<Line: RandomAccessCollection<SequenceGroup>>(
        of group: SequenceGroup, in line: Line
    ) -> Int where Line.Index == Int {
        var (low, high) = (line.startIndex, line.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if line[middle].turn < group.turn { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
