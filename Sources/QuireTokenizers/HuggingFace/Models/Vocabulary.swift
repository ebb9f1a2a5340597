/// The pieces of a vocabulary, compared byte for byte, and their ids, which may have gaps.
struct Vocabulary: Sendable {
    private var spelling: [UInt8] = []
    /// Where the piece of each id lies in `spelling`; empty for an id without one.
    private var ranges: [Range<Int32>] = []
    /// Ids by hash, -1 for a free slot; at most half full.
    private var slots: [TokenID]
    private(set) var pieceCount = 0
    /// In bytes.
    private(set) var longestPiece = 0

    /// Ids are the model's rows: none has so many.
    static let maxID = 1 << 26

    init(capacity: Int) {
        var size = 64
        while size < 2 * capacity {
            size *= 2
        }
        slots = Array(repeating: -1, count: size)
    }

    /// One more than the highest id.
    var count: Int { ranges.count }

    func contains(_ id: TokenID) -> Bool {
        id >= 0 && Int(id) < ranges.count && !ranges[Int(id)].isEmpty
    }

    /// The spelling of an id; empty for an id without a piece.
    func piece(_ id: TokenID) -> ArraySlice<UInt8> {
        guard id >= 0, Int(id) < ranges.count else { return [] }
        return spelling[Int(ranges[Int(id)].lowerBound)..<Int(ranges[Int(id)].upperBound)]
    }

    /// Gives an id to a piece; both are new, and `id` is from 0 to `maxID`.
    mutating func insert(_ piece: some Collection<UInt8>, id: TokenID) {
        if 2 * (pieceCount + 1) > slots.count { grow() }
        if Int(id) >= ranges.count {
            ranges += repeatElement(0..<0, count: Int(id) + 1 - ranges.count)
        }
        let start = Int32(spelling.count)
        spelling += piece
        ranges[Int(id)] = start..<Int32(spelling.count)
        longestPiece = max(longestPiece, spelling.count - Int(start))
        pieceCount += 1
        place(id)
    }

    private mutating func grow() {
        let ids = slots.filter { $0 >= 0 }
        slots = Array(repeating: -1, count: 2 * slots.count)
        ids.forEach { place($0) }
    }

    private mutating func place(_ id: TokenID) {
        let mask = slots.count - 1
        var slot = piece(id).withUnsafeBufferPointer { ByteHash.of($0) } & mask
        while slots[slot] >= 0 {
            slot = (slot + 1) & mask
        }
        slots[slot] = id
    }

    /// The id of a piece, or -1.
    func id(of bytes: UnsafeBufferPointer<UInt8>) -> TokenID {
        let mask = slots.count - 1
        var slot = ByteHash.of(bytes) & mask
        while slots[slot] >= 0 {
            let range = ranges[Int(slots[slot])]
            if range.count == bytes.count, spelling[Int(range.lowerBound)..<Int(range.upperBound)].elementsEqual(bytes)
            {
                return slots[slot]
            }
            slot = (slot + 1) & mask
        }
        return -1
    }

    func id(of piece: String) -> TokenID {
        var piece = piece
        return piece.withUTF8 { id(of: $0) }
    }

    func id(of piece: [UInt8]) -> TokenID {
        piece.withUnsafeBufferPointer { id(of: $0) }
    }

    /// The ids of `<0x00>` to `<0xFF>`, -1 for those that are missing.
    var byteIDs: [TokenID] {
        (0...255).map { id(of: SentencePieceVocabulary.byteSpelling($0)) }
    }
}

/// A hash of short byte strings, for tables that live in memory only.
enum ByteHash {
    @inline(__always)
    static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
        let raw = UnsafeRawBufferPointer(bytes)
        var hash = UInt64(truncatingIfNeeded: bytes.count) &* 0x9E37_79B9_7F4A_7C15
        var position = 0
        while position + 8 <= raw.count {
            hash = mix(hash ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position += 8
        }
        if position + 4 <= raw.count {
            hash = mix(hash ^ UInt64(raw.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            position += 4
        }
        var tail: UInt64 = 0
        while position < raw.count {
            tail = tail << 8 | UInt64(raw[position])
            position += 1
        }
        hash = mix(hash ^ tail)
        return Int(truncatingIfNeeded: hash & 0x7FFF_FFFF_FFFF_FFFF)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        return product.high ^ product.low
    }
}
