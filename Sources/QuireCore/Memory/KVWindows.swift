/// How far back each group of layers sees, and how many blocks that takes.
///
/// All layers of a group have the same window: a token at position `p` sees the positions `max(0, p - window + 1)...p`,
/// and what lies before can be given back. A model whose layers all see everything has one group without a window.
public struct KVWindows: Sendable, Equatable {
    /// Tokens that a token of each group sees, itself included; `nil` is everything before it.
    public let sizes: [Int?]
    /// Tokens per block.
    public let blockSize: Int
    /// Whether any group has a window, and whether each has one.
    public let areLimited: Bool
    let areAllLimited: Bool
    private let widest: Int?
    public let groupCount: Int

    public init(_ sizes: [Int?] = [nil], blockSize: Int) {
        precondition(!sizes.isEmpty && sizes.allSatisfy { $0 ?? 1 > 0 } && blockSize > 0)
        self.sizes = sizes
        self.blockSize = blockSize
        areLimited = sizes.contains { $0 != nil }
        areAllLimited = sizes.allSatisfy { $0 != nil }
        widest = sizes.compactMap { $0 }.max()
        groupCount = sizes.count
    }

    /// The number of blocks of one group that hold `tokens` tokens, none of them given back.
    public func blocks(forTokens tokens: Int) -> Int { (tokens + blockSize - 1) / blockSize }

    /// The first block that is still needed where the next token to run is at `position`.
    public func firstBlock(ofGroup group: Int, at position: Int) -> Int {
        guard let window = sizes[group] else { return 0 }
        return max(0, position - window + 1) / blockSize
    }

    /// The first block that a group with a window still needs; 0 where there is none.
    func firstLimitedBlock(at position: Int) -> Int {
        widest.map { max(0, position - $0 + 1) / blockSize } ?? 0
    }

    /// The most blocks of a group that a sequence ever holds on its way to `tokens` tokens, run `chunk` at once.
    public func mostBlocks(ofGroup group: Int, tokens: Int, chunk: Int = 1) -> Int {
        let all = blocks(forTokens: tokens)
        guard let window = sizes[group], window < tokens else { return all }
        // The chunk, and what its first token sees; at worst they begin with the last slot of a block.
        let positions = window - 1 + chunk
        return min(all, (positions + blockSize - 2) / blockSize + 1)
    }

    /// The same for all groups together.
    public func mostBlocks(tokens: Int, chunk: Int = 1) -> Int {
        sizes.indices.reduce(0) { $0 + mostBlocks(ofGroup: $1, tokens: tokens, chunk: chunk) }
    }

    /// Tokens of the longest sequence, up to `limit`, that `blocks` blocks hold.
    public func longestSequence(in blocks: Int, limit: Int) -> Int {
        (0...limit).last(holding: { mostBlocks(tokens: $0) <= blocks })
    }
}

extension ClosedRange<Int> {
    /// The last number for which a condition holds that holds for the first one, and for none after one that it fails
    /// for; takes logarithmic time.
    func last(holding holds: (Int) -> Bool) -> Int {
        var (low, high) = (lowerBound, upperBound)
        while low < high {
            let middle = low + (high - low + 1) / 2
            if holds(middle) { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
