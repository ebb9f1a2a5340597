/// The long stretches of text that one run of a pattern has covered, from left to right.
struct RunMemory {
    struct Stretch {
        var low: Int
        var high: Int
        /// From here on, what follows the run is known to fail.
        var failing: Int
    }

    private(set) var stretches: [Stretch] = []

    /// Shorter stretches are quicker looked at again.
    static let shortStretch = 32

    /// The stretch that has `position` in it or at its end.
    @inline(__always)
    func stretch(around position: Int) -> Int? {
        if stretches.isEmpty { return nil }
        let index = firstStretch(endingAtOrAfter: position)
        return index < stretches.count && stretches[index].low <= position ? index : nil
    }

    /// The first stretch that begins after `position`.
    @inline(__always)
    func stretch(after position: Int) -> Stretch? {
        if stretches.isEmpty { return nil }
        let index = firstStretch(endingAtOrAfter: position)
        return index < stretches.count && stretches[index].low > position ? stretches[index] : nil
    }

    mutating func note(_ range: Range<Int>) {
        let index = firstStretch(endingAtOrAfter: range.upperBound)
        if index < stretches.count, stretches[index].high == range.upperBound {
            stretches[index].low = min(stretches[index].low, range.lowerBound)
        } else {
            stretches.insert(Stretch(low: range.lowerBound, high: range.upperBound, failing: .max), at: index)
        }
    }

    mutating func fail(at position: Int, high: Int) {
        guard let index = stretch(around: high), stretches[index].high == high else { return }
        stretches[index].failing = min(stretches[index].failing, position)
    }

    @inline(__always)
    mutating func forget(before position: Int) {
        if let last = stretches.last, last.high < position { stretches.removeAll(keepingCapacity: true) }
    }

    private func firstStretch(endingAtOrAfter position: Int) -> Int {
        var low = 0
        var high = stretches.count
        while low < high {
            let middle = (low + high) / 2
            if stretches[middle].high < position { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
