/// Text on its way to the model, valid UTF-8, and on request where in the input each byte comes from.
///
/// Every step that changes text writes a new one. The bytes of a character come from where it started.
struct AlignedText: Sendable {
    private(set) var bytes: [UInt8] = []
    /// The input offset of every byte, then that of the end; empty unless recorded.
    private(set) var origins: [Int] = []
    let recordsOrigins: Bool
    /// The input offset of the first byte; of an empty text, where it would be.
    private(set) var start: Int
    /// The input offset of the end.
    private(set) var end: Int

    /// A stretch of the input as it is.
    init(_ input: UnsafeBufferPointer<UInt8>, range: Range<Int>, recordsOrigins: Bool) {
        self.recordsOrigins = recordsOrigins
        start = range.lowerBound
        end = range.upperBound
        bytes = Array(input[range])
        guard recordsOrigins else { return }
        origins.reserveCapacity(range.count + 1)
        var character = range.lowerBound
        for index in range {
            if input[index] & 0xC0 != 0x80 { character = index }
            origins.append(character)
        }
        origins.append(end)
    }

    /// An empty text to be filled from `other`.
    init(rewriting other: AlignedText) {
        recordsOrigins = other.recordsOrigins
        start = other.start
        end = other.end
        bytes.reserveCapacity(other.bytes.count + other.bytes.count / 8)
        if recordsOrigins { origins.reserveCapacity(bytes.capacity + 1) }
    }

    /// The part of a text, as a text.
    init(_ other: AlignedText, range: Range<Int>) {
        recordsOrigins = other.recordsOrigins
        bytes = Array(other.bytes[range])
        start = other.origin(of: range.lowerBound)
        end = other.origin(of: range.upperBound)
        if recordsOrigins { origins = Array(other.origins[range.lowerBound...range.upperBound]) }
    }

    var isEmpty: Bool { bytes.isEmpty }

    /// The input offset of a byte. Where none are recorded, only that of the first and the end are right.
    func origin(of index: Int) -> Int {
        if recordsOrigins { return origins[index] }
        return index == 0 ? start : index == bytes.count ? end : start + index
    }

    @inline(__always)
    mutating func append(_ byte: UInt8, from origin: Int) {
        if bytes.isEmpty { start = origin }
        bytes.append(byte)
        if recordsOrigins { origins.append(origin) }
    }

    @inline(__always)
    mutating func append(_ string: some Collection<UInt8>, from origin: Int) {
        for byte in string {
            append(byte, from: origin)
        }
    }

    @inline(__always)
    mutating func append(scalar: UInt32, from origin: Int) {
        if scalar < 0x80 {
            append(UInt8(truncatingIfNeeded: scalar), from: origin)
            return
        }
        if scalar < 0x800 {
            append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6), from: origin)
        } else {
            if scalar < 0x10000 {
                append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12), from: origin)
            } else {
                append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18), from: origin)
                append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F), from: origin)
            }
            append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F), from: origin)
        }
        append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F), from: origin)
    }

    /// Adds a stretch of another text as it is.
    @inline(__always)
    mutating func append(_ other: AlignedText, _ range: Range<Int>) {
        if range.isEmpty { return }
        if bytes.isEmpty { start = other.origin(of: range.lowerBound) }
        bytes += other.bytes[range]
        if recordsOrigins { origins += other.origins[range] }
    }

    /// Ends a text that was being filled.
    mutating func close() {
        if recordsOrigins { origins.append(end) }
    }

    /// The text with every character replaced by what `body` appends for it.
    func mappingScalars(_ body: (UInt32, _ origin: Int, inout AlignedText) -> Void) -> AlignedText {
        var result = AlignedText(rewriting: self)
        bytes.withUnsafeBufferPointer { text in
            var position = 0
            while position < text.count {
                let (scalar, length) = UTF8Scan.scalar(in: text, at: position)
                body(scalar, origin(of: position), &result)
                position += length
            }
        }
        result.close()
        return result
    }

    var isASCII: Bool {
        bytes.withUnsafeBytes { text in
            var position = 0
            while position + 8 <= text.count {
                if text.loadUnaligned(fromByteOffset: position, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 {
                    return false
                }
                position += 8
            }
            return text[position...].allSatisfy { $0 < 0x80 }
        }
    }
}
