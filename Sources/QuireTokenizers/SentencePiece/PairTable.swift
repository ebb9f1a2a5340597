/// A hash table from pairs of symbols to a symbol and its rank; linear probing, at most half full.
struct PairTable: Sendable {
    struct Entry: Sendable {
        /// `left << 32 | right`; `vacant` marks a free slot.
        var key: UInt64
        var symbol: Int32
        /// Higher merges first.
        var rank: UInt32
    }

    /// No symbol is `Int32.min`; -1, a character in no piece, may well be looked up.
    private static let vacant: UInt64 = 1 << 63
    private var entries = [Entry](repeating: Entry(key: vacant, symbol: -1, rank: 0), count: 64)
    private(set) var count = 0

    /// What the pair becomes, or nil.
    @inline(__always)
    func lookUp(_ left: Int32, _ right: Int32) -> Entry? {
        let key = Self.key(left, right)
        let mask = entries.count - 1
        var slot = Self.slot(of: key, mask)
        while true {
            let entry = entries[slot]
            if entry.key == key { return entry }
            if entry.key == Self.vacant { return nil }
            slot = (slot + 1) & mask
        }
    }

    mutating func insert(_ left: Int32, _ right: Int32, symbol: Int32 = 0, rank: UInt32 = 0) {
        if 2 * count >= entries.count { grow() }
        place(Entry(key: Self.key(left, right), symbol: symbol, rank: rank))
    }

    private mutating func grow() {
        let old = entries
        entries = Array(repeating: Entry(key: Self.vacant, symbol: -1, rank: 0), count: 2 * old.count)
        count = 0
        for entry in old where entry.key != Self.vacant {
            place(entry)
        }
    }

    private mutating func place(_ entry: Entry) {
        let mask = entries.count - 1
        var slot = Self.slot(of: entry.key, mask)
        while entries[slot].key != Self.vacant {
            if entries[slot].key == entry.key { return }
            slot = (slot + 1) & mask
        }
        entries[slot] = entry
        count += 1
    }

    @inline(__always)
    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    @inline(__always)
    private static func slot(of key: UInt64, _ mask: Int) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    }
}
