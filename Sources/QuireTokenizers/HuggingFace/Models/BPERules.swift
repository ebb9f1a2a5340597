/// The merges of a byte-pair vocabulary, over ids.
struct BPERules: Sendable {
    /// Two neighbours → what they become.
    private(set) var merges = PairTable()
    /// The characters that stand side by side inside a piece: no merge crosses a place between two others. Nil where that
    /// cannot be told.
    private(set) var neighbours: PairTable?

    struct Merge {
        var left: TokenID
        var right: TokenID
        var merged: TokenID
    }

    /// - Parameter list: the merges, those that come first first. Of two for the same pair the last counts.
    init(_ list: [Merge]) {
        for (index, merge) in list.enumerated().reversed() {
            merges.insert(merge.left, merge.right, symbol: merge.merged, rank: UInt32.max - UInt32(index))
        }
        neighbours = Self.neighbours(list)
    }

    /// Walks from merges to what they are made of. A list is in an order that makes this one pass; a few more are enough
    /// for any that is not made up.
    private static func neighbours(_ list: [Merge]) -> PairTable? {
        var ends: [TokenID: (first: TokenID, last: TokenID)] = [:]
        ends.reserveCapacity(list.count)
        let made = Set(list.map(\.merged))
        func end(_ id: TokenID) -> (first: TokenID, last: TokenID)? { made.contains(id) ? ends[id] : (id, id) }
        var pairs = PairTable()
        var open = list
        for _ in 0..<16 {
            var later: [Merge] = []
            for merge in open {
                guard let left = end(merge.left), let right = end(merge.right) else {
                    later.append(merge)
                    continue
                }
                let span = (first: left.first, last: right.last)
                // A piece that is made in two ways has the same ends either way, unless the file is odd.
                if let known = ends[merge.merged], known != span { return nil }
                ends[merge.merged] = span
                pairs.insert(left.last, right.first)
            }
            if later.isEmpty { return pairs }
            if later.count == open.count { return nil }
            open = later
        }
        return nil
    }
}
