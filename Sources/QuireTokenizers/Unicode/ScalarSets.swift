/// Sets of Unicode scalars as bitmaps: the form in which membership is asked for every character of a text.
///
/// Pages of 256 scalars that are alike are stored once, whichever set they belong to.
struct ScalarSets: Sendable {
    /// Two words for each set: which ASCII characters it has.
    private var ascii: [UInt64] = []
    /// For each set and each block of 256 scalars, its page.
    private var pages: [UInt16] = []
    /// Four words for each page.
    private var words: [UInt64] = []
    private var known: [[UInt64]: UInt16] = [:]

    private static let blocks = Int(ScalarRanges.lastScalar >> 8) + 1
    /// Page numbers are 16 bits wide; sets beyond are refused before it comes to that.
    static let maxSets = 1_000

    var count: Int { ascii.count / 2 }

    /// Adds a set and returns its number.
    mutating func append(_ set: ScalarRanges) -> Int {
        var bits = [UInt64](repeating: 0, count: 4 * Self.blocks)
        for range in set.ranges {
            let (first, last) = (Int(range.lowerBound >> 6), Int(range.upperBound >> 6))
            for word in first...last {
                var mask = UInt64.max
                if word == first { mask &= .max << UInt64(range.lowerBound & 63) }
                if word == last { mask &= .max >> UInt64(63 - range.upperBound & 63) }
                bits[word] |= mask
            }
        }
        ascii += [bits[0], bits[1]]
        for block in 0..<Self.blocks {
            pages.append(page(Array(bits[4 * block..<4 * block + 4])))
        }
        return count - 1
    }

    private mutating func page(_ content: [UInt64]) -> UInt16 {
        if let page = known[content] { return page }
        let page = UInt16(clamping: words.count / 4)
        known[content] = page
        words += content
        return page
    }

    @inline(__always)
    func contains(_ set: Int, ascii byte: UInt8) -> Bool {
        ascii[2 * set + Int(byte >> 6)] >> UInt64(byte & 63) & 1 != 0
    }

    @inline(__always)
    func contains(_ set: Int, _ scalar: UInt32) -> Bool {
        let page = Int(pages[set * Self.blocks + Int(scalar >> 8)])
        return words[4 * page + Int(scalar >> 6 & 3)] >> UInt64(scalar & 63) & 1 != 0
    }

    /// The length of the character at `position` if the set has it, or 0.
    @inline(__always)
    func match(_ set: Int, in text: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
        if position >= text.count { return 0 }
        let byte = text[position]
        if byte < 0x80 { return contains(set, ascii: byte) ? 1 : 0 }
        let (scalar, length) = UTF8Scan.scalar(in: text, at: position)
        return contains(set, scalar) ? length : 0
    }
}

/// One set as a bitmap.
struct ScalarSet: Sendable {
    private var sets = ScalarSets()

    init(_ ranges: ScalarRanges) {
        _ = sets.append(ranges)
    }

    @inline(__always)
    func contains(_ scalar: UInt32) -> Bool {
        scalar < 0x80 ? sets.contains(0, ascii: UInt8(truncatingIfNeeded: scalar)) : sets.contains(0, scalar)
    }

    /// The length of the character at `position` if the set has it, or 0.
    @inline(__always)
    func match(in text: UnsafeBufferPointer<UInt8>, at position: Int) -> Int {
        sets.match(0, in: text, at: position)
    }
}
