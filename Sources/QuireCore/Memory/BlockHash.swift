/// What a full block holds: its tokens, everything before them, and whose they are. 128 bits.
///
/// Made with the standard library's hasher, SipHash under a key that is drawn anew for each process, so that nobody can
/// construct two texts with the same hash.
public struct BlockHash: Hashable, Sendable {
    private let low: Int
    private let high: Int

    /// Who may find a block.
    public enum Scope: Hashable, Sendable {
        /// Everybody who names the same salt; none is a salt too.
        case salt(String?)
        /// The sequences of one request.
        case request(RequestID)
    }

    /// The beginning of a chain: those with different scopes share nothing, nor do those of different classes of length.
    public init(scope: Scope, lengthClass: Int = 0) {
        func combine(_ hasher: inout Hasher) {
            hasher.combine(scope)
            hasher.combine(lengthClass)
        }
        low = Self.half(0, combine)
        high = Self.half(1, combine)
    }

    /// The hash of a block that follows this one.
    public func following(_ tokens: ArraySlice<TokenID>) -> BlockHash { BlockHash(parent: self, tokens: tokens) }

    /// The same content in another group of layers; group 0 has the hash itself. The hashes of different contents differ
    /// in all of their bits, so a few that are flipped make none of them equal.
    func inGroup(_ group: Int) -> BlockHash { BlockHash(low: low ^ group, high: high) }

    private init(low: Int, high: Int) {
        self.low = low
        self.high = high
    }

    private init(parent: BlockHash, tokens: ArraySlice<TokenID>) {
        func combine(_ hasher: inout Hasher) {
            hasher.combine(parent)
            for token in tokens { hasher.combine(token) }
        }
        low = Self.half(0, combine)
        high = Self.half(1, combine)
    }

    private static func half(_ which: UInt8, _ combine: (inout Hasher) -> Void) -> Int {
        var hasher = Hasher()
        hasher.combine(which)
        combine(&hasher)
        return hasher.finalize()
    }
}
