/// The merges that are possible now, best first: a binary heap.
struct MergeAgenda {
    struct Candidate {
        /// The rank in the high half; below it the place, inverted, so that the leftmost of equals is the greatest.
        let order: UInt64
        let right: Int32
        let merged: Int32

        @inline(__always)
        init(rank: UInt32, left: Int32, right: Int32, merged: Int32) {
            order = UInt64(rank) << 32 | UInt64(~UInt32(bitPattern: left))
            self.right = right
            self.merged = merged
        }

        var rank: UInt32 { UInt32(truncatingIfNeeded: order >> 32) }
        var left: Int32 { Int32(bitPattern: ~UInt32(truncatingIfNeeded: order)) }
    }

    private var heap: [Candidate] = []

    /// The best, which `popFirst` would give.
    var first: Candidate? { heap.first }

    /// Adds a candidate without order; `arrange` must follow before `popFirst`.
    mutating func append(_ candidate: Candidate) {
        heap.append(candidate)
    }

    /// Makes a heap of what was appended, in linear time.
    mutating func arrange() {
        for index in stride(from: heap.count / 2 - 1, through: 0, by: -1) {
            sink(heap[index], from: index)
        }
    }

    mutating func push(_ candidate: Candidate) {
        heap.append(candidate)
        var index = heap.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            if heap[parent].order >= candidate.order { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = candidate
    }

    mutating func popFirst() -> Candidate? {
        guard let last = heap.popLast() else { return nil }
        guard let first = heap.first else { return last }
        sink(last, from: 0)
        return first
    }

    /// Puts `candidate` where it belongs at or below `index`, whose place is free.
    private mutating func sink(_ candidate: Candidate, from index: Int) {
        var index = index
        while true {
            var child = 2 * index + 1
            if child >= heap.count { break }
            if child + 1 < heap.count, heap[child + 1].order > heap[child].order { child += 1 }
            if candidate.order >= heap[child].order { break }
            heap[index] = heap[child]
            index = child
        }
        heap[index] = candidate
    }
}
