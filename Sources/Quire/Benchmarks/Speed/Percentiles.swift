/// Where the values of a sample lie.
public struct Percentiles: Sendable {
    private let sorted: [Double]

    /// - Parameter values: at least one.
    public init(_ values: [Double]) {
        precondition(!values.isEmpty, "a sample has at least one value")
        sorted = values.sorted()
    }

    /// The value below which a share of the sample lies, in percent; between two values on the line from one to the other.
    public subscript(_ percent: Double) -> Double {
        let place = percent / 100 * Double(sorted.count - 1)
        let below = min(max(0, Int(place)), sorted.count - 1)
        let above = min(below + 1, sorted.count - 1)
        return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
    }

    public var mean: Double { sorted.reduce(0, +) / Double(sorted.count) }

    /// Those that `vllm bench latency` reports.
    package static let reported = [10, 25, 50, 75, 90, 99]
}
