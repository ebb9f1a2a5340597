/// A set of Unicode scalars as sorted ranges that neither touch nor overlap: the form in which sets are computed.
struct ScalarRanges: Sendable, Equatable {
    private(set) var ranges: [ClosedRange<UInt32>]

    static let lastScalar: UInt32 = 0x10FFFF
    static let none = ScalarRanges(sorted: [])
    static let all = ScalarRanges(sorted: [0...lastScalar])

    /// Ranges in any order, which may overlap.
    init(_ ranges: some Swift.Sequence<ClosedRange<UInt32>>) {
        var merged: [ClosedRange<UInt32>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound &+ 1 {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        self.ranges = merged
    }

    init(_ scalar: UInt32) {
        ranges = [scalar...scalar]
    }

    private init(sorted ranges: [ClosedRange<UInt32>]) {
        self.ranges = ranges
    }

    var isEmpty: Bool { ranges.isEmpty }

    func union(_ other: ScalarRanges) -> ScalarRanges {
        ScalarRanges(ranges + other.ranges)
    }

    var inverted: ScalarRanges {
        var gaps: [ClosedRange<UInt32>] = []
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
            next = range.upperBound + 1
        }
        if next <= Self.lastScalar { gaps.append(next...Self.lastScalar) }
        return ScalarRanges(sorted: gaps)
    }

    func intersection(_ other: ScalarRanges) -> ScalarRanges {
        inverted.union(other.inverted).inverted
    }

    func contains(_ scalar: UInt32) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(scalar)
    }
}
