/// The replacements of a `precompiled_charsmap`: the longest key that starts at a place gives way to its replacement.
///
/// Layout: `u32` size of the trie in bytes, the trie, the replacements, each ended by a zero byte. The trie is a
/// double array of 32-bit little-endian units in the layout of Darts-clone: bits 0–7 and 31 the label, bit 8 whether
/// a key ends here, bits 10–30 the offset to the children, shifted by 8 more where bit 9 is set; a unit with bit 31
/// set holds a value.
public struct CharacterMap: Sendable {
    private let units: [UInt32]
    private let replacements: [UInt8]

    /// - Throws: `TokenizerError` where a size is wrong, a unit or a value points outside, or a replacement is not a
    ///   whole UTF-8 string. What passes can be followed without checks.
    public init(precompiled blob: some Collection<UInt8>) throws(TokenizerError) {
        let blob = Array(blob)
        func failure(_ value: String, _ expected: String) -> TokenizerError {
            TokenizerError(field: "normalizer_spec.precompiled_charsmap", value: value, expected: expected)
        }
        func word(at index: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(blob[index + $1]) << UInt32(8 * $1) }
        }
        guard blob.count > 4 else { throw failure("\(blob.count) bytes", "more than 4 bytes") }
        let trieSize = Int(word(at: 0))
        guard trieSize >= 1024, trieSize % 1024 == 0, trieSize < blob.count - 4 else {
            throw failure(
                "a trie of \(trieSize) bytes in a blob of \(blob.count)", "a multiple of 1024 that fits in the blob")
        }
        units = (0..<trieSize / 4).map { word(at: 4 + 4 * $0) }
        replacements = Array(blob[(4 + trieSize)...])
        guard replacements.last == 0, replacements.withUnsafeBufferPointer(UTF8Scan.isValid) else {
            throw failure("replacements that are cut off or broken UTF-8", "UTF-8 text ended by a zero byte")
        }
        guard units[0] >> 31 == 0 else { throw failure("a root that holds a value", "a root with children") }
        for (index, unit) in units.enumerated() where unit >> 31 == 0 {
            let children = index ^ Self.offset(of: unit)
            // Blocks are 256 units, and a label changes the low 8 bits only: children of a valid base are valid.
            guard children < units.count else {
                throw failure("unit \(index) pointing to unit \(children)", "fewer than \(units.count) units")
            }
            guard unit & 0x100 != 0 else { continue }
            let value = Int(units[children] & 0x7FFF_FFFF)
            guard value < replacements.count, replacements[value] & 0xC0 != 0x80 else {
                throw failure("unit \(children) with value \(value)", "the start of a replacement")
            }
        }
    }

    /// The longest key at `position`, or nil.
    ///
    /// - Returns: The key's length in bytes, and its replacement.
    func longestMatch(
        in text: UnsafeBufferPointer<UInt8>, at position: Int
    ) -> (length: Int, replacement: ArraySlice<UInt8>)? {
        var found: (length: Int, value: Int)?
        var node = Self.offset(of: units[0])
        for index in position..<text.count {
            node ^= Int(text[index])
            let unit = units[node]
            guard unit & 0x8000_00FF == UInt32(text[index]) else { break }
            node ^= Self.offset(of: unit)
            if unit & 0x100 != 0 {
                found = (index - position + 1, Int(units[node] & 0x7FFF_FFFF))
            }
        }
        guard let found, let end = replacements[found.value...].firstIndex(of: 0) else { return nil }
        return (found.length, replacements[found.value..<end])
    }

    /// The replacement of the shortest key at `position` that ends at `end` or before, or nil.
    func shortestMatch(
        in text: UnsafeBufferPointer<UInt8>, at position: Int, end: Int
    ) -> ArraySlice<UInt8>? {
        var node = Self.offset(of: units[0])
        for index in position..<end {
            node ^= Int(text[index])
            let unit = units[node]
            guard unit & 0x8000_00FF == UInt32(text[index]) else { return nil }
            node ^= Self.offset(of: unit)
            guard unit & 0x100 != 0 else { continue }
            let value = Int(units[node] & 0x7FFF_FFFF)
            return replacements[value...].firstIndex(of: 0).map { replacements[value..<$0] }
        }
        return nil
    }

    @inline(__always)
    private static func offset(of unit: UInt32) -> Int {
        Int((unit >> 10) << ((unit & 0x200) >> 6))
    }
}
