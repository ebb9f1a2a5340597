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

    /// - Parameters:
    ///   - list: the merges, those that come first first. Of two for the same pair the last counts.
    ///   - ids: one more than the highest id.
    init(_ list: [Merge], ids: Int) {
        for (index, merge) in list.enumerated().reversed() {
            merges.insert(merge.left, merge.right, symbol: merge.merged, rank: UInt32.max - UInt32(index))
        }
        neighbours = Self.neighbours(list, ids)
    }

    /// Walks from merges to what they are made of. A list is in an order that makes this one pass; a few more are enough
    /// for any that is not made up.
    private static func neighbours(_ list: [Merge], _ ids: Int) -> PairTable? {
        // What no merge makes is its own first and last; -1 for what is not known yet.
        var ends = (0..<TokenID(ids)).map { (first: $0, last: $0) }
        for merge in list {
            ends[Int(merge.merged)] = (-1, -1)
        }
        var pairs = PairTable()
        var open = list
        for _ in 0..<16 {
            var later: [Merge] = []
            for merge in open {
                let left = ends[Int(merge.left)]
                let right = ends[Int(merge.right)]
                if left.first < 0 || right.first < 0 {
                    later.append(merge)
                    continue
                }
                let span = (first: left.first, last: right.last)
                // A piece that is made in two ways has the same ends either way, unless the file is odd.
                let known = ends[Int(merge.merged)]
                if known.first >= 0, known != span { return nil }
                ends[Int(merge.merged)] = span
                pairs.insert(left.last, right.first)
            }
            if later.isEmpty { return pairs }
            if later.count == open.count { return nil }
            open = later
        }
        return nil
    }
}
