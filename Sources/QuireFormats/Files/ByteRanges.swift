/// A named half-open range of bytes, for checking that no two parts of a file share a byte.
struct NamedRange {
    let name: String
    let begin: Int
    let end: Int
}

/// The first two ranges that overlap, if any; empty ranges overlap nothing.
func firstOverlap(_ ranges: [NamedRange]) -> (NamedRange, NamedRange)? {
    let sorted = ranges.filter { $0.begin < $0.end }.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
    for (earlier, later) in zip(sorted, sorted.dropFirst()) where later.begin < earlier.end {
        return (earlier, later)
    }
    return nil
}
