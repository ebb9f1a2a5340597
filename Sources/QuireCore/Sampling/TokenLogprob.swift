/// A token's log-probability under the model itself, before temperature and filters.
public struct TokenLogprob: Sendable, Hashable {
    /// A token among the likeliest at its place.
    public struct Alternative: Sendable, Hashable {
        public let token: TokenID
        public let logprob: Double
    }

    public let token: TokenID
    public let logprob: Double
    /// 1 for the likeliest token.
    public let rank: Int
    /// The likeliest tokens, best first, as many as were asked for.
    public let top: [Alternative]

    /// Reads a row of logits.
    ///
    /// - Parameter logSumExp: of the same row.
    init(token: TokenID, row: UnsafeBufferPointer<Float>, logSumExp: Double, topCount: Int) {
        let own = row[Int(token)]
        self.token = token
        logprob = Double(own) - logSumExp
        rank = 1 + row.count(where: { $0 > own })
        top = Self.largest(topCount, in: row).map {
            Alternative(token: TokenID($0), logprob: Double(row[$0]) - logSumExp)
        }
    }

    /// Indices of the `count` largest entries, best first; among equals the lowest index first.
    static func largest(_ count: Int, in row: UnsafeBufferPointer<Float>) -> [Int] {
        guard count > 0 else { return [] }
        func isBetter(_ a: Int, _ b: Int) -> Bool { row[a] != row[b] ? row[a] > row[b] : a < b }
        // Inserting into a short list beats sorting the row; into a long one it does not.
        if count > 64 { return Array(row.indices.sorted(by: isBetter).prefix(count)) }
        var best: [Int] = []
        for index in row.indices {
            if best.count == count {
                guard isBetter(index, best[count - 1]) else { continue }
                best.removeLast()
            }
            var low = 0
            var high = best.count
            while low < high {
                let middle = (low + high) / 2
                if isBetter(best[middle], index) { low = middle + 1 } else { high = middle }
            }
            best.insert(index, at: low)
        }
        return best
    }
}
