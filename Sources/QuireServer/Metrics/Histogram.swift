import Synchronization

/// How often values fell below bounds, and the latest values themselves.
final class Histogram: Sendable {
    struct Contents: Sendable {
        /// Values at most each bound, those of the bounds before included; the last bound is infinity.
        var buckets: [(bound: Double, count: Int)]
        var sum: Double
        var count: Int
    }

    private struct State {
        var counts: [Int]
        var sum = 0.0
        var recent: [Double] = []
        var next = 0
    }

    private let bounds: [Double]
    private let state: Mutex<State>
    /// Values that percentiles are of.
    private static let window = 512

    /// - Parameter bounds: ascending.
    init(_ bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func observe(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock { state in
            state.counts[bucket] += 1
            state.sum += value
            if state.recent.count < Self.window {
                state.recent.append(value)
            } else {
                state.recent[state.next] = value
                state.next = (state.next + 1) % Self.window
            }
        }
    }

    var contents: Contents {
        state.withLock { state in
            var total = 0
            let buckets = zip(bounds + [.infinity], state.counts).map { bound, count in
                total += count
                return (bound: bound, count: total)
            }
            return Contents(buckets: buckets, sum: state.sum, count: total)
        }
    }

    /// Percentiles of the latest values; `nil` where there are none.
    func percentiles(_ wanted: [Double]) -> [Double]? {
        let sorted = state.withLock { $0.recent }.sorted()
        guard let last = sorted.indices.last else { return nil }
        return wanted.map { sorted[Int((Double(last) * $0 / 100).rounded())] }
    }
}
