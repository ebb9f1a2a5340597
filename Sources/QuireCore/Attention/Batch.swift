/// The tokens of one step, flat: the spans of all scheduled sequences one after the other.
public struct Batch: Sendable {
    /// Consecutive tokens of one sequence.
    public struct Span: Sendable, Equatable {
        /// Index of the span's first token in the batch.
        public let start: Int
        public let count: Int
        /// Position of the first token in its sequence.
        public let firstPosition: Int
        /// The sequence's blocks in the first group of layers: `tables[tableStart..<tableStart + tableCount]`. Those of
        /// the other groups follow, as many in each.
        public let tableStart: Int
        public let tableCount: Int

        /// Tokens in the cache once the span is written.
        public var contextLength: Int { firstPosition + count }

        /// Where the blocks of a group of layers begin in `tables`; see `KVCache.group(ofLayer:)`.
        public func tableStart(ofGroup group: Int) -> Int { tableStart + group * tableCount }
    }

    public private(set) var tokens: [TokenID] = []
    public private(set) var positions: [Int32] = []
    public private(set) var spans: [Span] = []
    /// For each token, how many its sequence may come to have.
    public private(set) var longestLengths: [Int] = []
    /// All block tables, one after the other; `BlockTable.hole` where a block has left a group's window.
    public private(set) var tables: [BlockID] = []
    /// The rows whose logits are wanted, ascending.
    public private(set) var sampledRows: [Int] = []

    public init() {}

    public var count: Int { tokens.count }

    /// Adds the tokens of one sequence that begin at `firstPosition`.
    ///
    /// - Parameters:
    ///   - blocks: as in a `BlockTable`.
    ///   - groups: of layers.
    ///   - sampled: indices among the new tokens whose logits are wanted.
    ///   - longest: how many tokens the sequence may come to have; `nil` where these are the last ones.
    public mutating func append(
        tokens new: ArraySlice<TokenID>, firstPosition: Int, blocks: [BlockID], groups: Int = 1, sampled: Range<Int>,
        longest: Int? = nil
    ) {
        longestLengths.append(contentsOf: repeatElement(longest ?? firstPosition + new.count, count: new.count))
        spans.append(
            Span(
                start: tokens.count, count: new.count, firstPosition: firstPosition, tableStart: tables.count,
                tableCount: blocks.count / groups))
        sampledRows.append(contentsOf: (tokens.count + sampled.lowerBound)..<(tokens.count + sampled.upperBound))
        tokens.append(contentsOf: new)
        positions.append(contentsOf: Int32(firstPosition)..<Int32(firstPosition + new.count))
        if groups == 1 {
            tables.append(contentsOf: blocks)
        } else {
            for group in 0..<groups {
                tables.append(contentsOf: stride(from: group, to: blocks.count, by: groups).lazy.map { blocks[$0] })
            }
        }
    }
}
