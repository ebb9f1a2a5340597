/// The merges that are possible now, in linear memory and, where few ranks differ, in linear time.
///
/// Candidates of one rank wait together. They come up from left to right, so that a queue does for most; only those that
/// arrive while their rank is being served go through a heap.
struct MergeQueue {
    /// Candidates that wait, by the number that `numbers` gives to their rank.
    private var waiting: [[MergeAgenda.Candidate]] = []
    private var numbers: [UInt32: Int] = [:]
    /// The ranks that were last pushed, by their low bits: a long word alternates between a few.
    private var recent = [(rank: UInt32, number: Int)](repeating: (0, -1), count: 16)
    /// Numbers whose candidates are served.
    private var free: [Int] = []
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
        } else {
            waiting[number(of: candidate.rank)].append(candidate)
        }
    }

    @inline(__always)
    private mutating func number(of rank: UInt32) -> Int {
        let slot = Int(rank & 15)
        if recent[slot].number >= 0, recent[slot].rank == rank { return recent[slot].number }
        let number = numbers[rank] ?? newNumber(of: rank)
        recent[slot] = (rank, number)
        return number
    }

    private mutating func newNumber(of rank: UInt32) -> Int {
        let number = free.popLast() ?? waiting.count
        if number == waiting.count { waiting.append([]) }
        numbers[rank] = number
        ranks.push(rank)
        return number
    }

    mutating func popFirst() -> MergeAgenda.Candidate? {
        if let first = late.first, position >= served.count || first.order > served[position].order {
            return late.popFirst()
        }
        if position >= served.count {
            guard let rank = ranks.popFirst(), let number = numbers.removeValue(forKey: rank) else { return nil }
            if recent[Int(rank & 15)].rank == rank { recent[Int(rank & 15)].number = -1 }
            var next: [MergeAgenda.Candidate] = []
            swap(&next, &waiting[number])
            free.append(number)
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
