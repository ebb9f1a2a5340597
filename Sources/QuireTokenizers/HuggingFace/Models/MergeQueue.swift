/// The merges that are possible now, in linear memory and, where few ranks differ, in linear time.
///
/// Candidates of one rank wait together. They come up from left to right, so that a queue does for most; only those that
/// arrive while their rank is being served go through a heap.
struct MergeQueue {
    private var waiting: [UInt32: [MergeAgenda.Candidate]] = [:]
    /// Ranks that wait, best first.
    private var ranks = RankHeap()
    private var served: [MergeAgenda.Candidate] = []
    private var position = 0
    private var servedRank: UInt32 = 0
    private var late = MergeAgenda()

    mutating func push(_ candidate: MergeAgenda.Candidate) {
        let isServing = position < served.count || late.first != nil
        if isServing, candidate.rank >= servedRank {
            late.push(candidate)
        } else if waiting[candidate.rank] == nil {
            waiting[candidate.rank] = [candidate]
            ranks.push(candidate.rank)
        } else {
            waiting[candidate.rank]?.append(candidate)
        }
    }

    mutating func popFirst() -> MergeAgenda.Candidate? {
        if let first = late.first, position >= served.count || first.order > served[position].order {
            return late.popFirst()
        }
        if position >= served.count {
            guard let rank = ranks.popFirst(), var next = waiting.removeValue(forKey: rank) else { return nil }
            // They came from left to right, but for those of other merges in between.
            let isSorted = zip(next, next.dropFirst()).allSatisfy { $0.order >= $1.order }
            if !isSorted { next.sort { $0.order > $1.order } }
            (served, position, servedRank) = (next, 0, rank)
        }
        defer { position += 1 }
        return served[position]
    }

    /// Ranks, the greatest first.
    private struct RankHeap {
        private var heap: [UInt32] = []

        mutating func push(_ rank: UInt32) {
            heap.append(rank)
            var index = heap.count - 1
            while index > 0, heap[(index - 1) / 2] < heap[index] {
                heap.swapAt(index, (index - 1) / 2)
                index = (index - 1) / 2
            }
        }

        mutating func popFirst() -> UInt32? {
            guard let last = heap.popLast() else { return nil }
            guard let first = heap.first else { return last }
            heap[0] = last
            var index = 0
            while true {
                var child = 2 * index + 1
                if child >= heap.count { break }
                if child + 1 < heap.count, heap[child + 1] > heap[child] { child += 1 }
                if heap[index] >= heap[child] { break }
                heap.swapAt(index, child)
                index = child
            }
            return first
        }
    }
}
