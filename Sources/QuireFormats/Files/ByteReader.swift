/// A cursor over mapped bytes that reads little-endian fields and refuses to pass the end.
struct ByteReader {
    let bytes: MappedBytes
    /// Next byte to read, counted from the start of `bytes`.
    private(set) var offset = 0

    init(_ bytes: MappedBytes) {
        self.bytes = bytes
    }

    var remaining: Int { bytes.count - offset }

    /// A field of fixed width; `field` names it in the error.
    mutating func read<Integer: FixedWidthInteger & BitwiseCopyable>(
        _ type: Integer.Type = Integer.self, _ field: @autoclosure () -> String
    ) throws(FormatError) -> Integer {
        let width = MemoryLayout<Integer>.size
        guard remaining >= width else { throw truncated(field(), needs: width) }
        let value = bytes.baseAddress.loadUnaligned(fromByteOffset: offset, as: Integer.self)
        offset += width
        return Integer(littleEndian: value)
    }

    /// Passes one byte that the caller has seen to be there.
    mutating func advanceOne() {
        precondition(remaining > 0)
        offset += 1
    }

    mutating func readBytes(_ count: Int, _ field: @autoclosure () -> String) throws(FormatError) -> MappedBytes {
        guard let slice = bytes.slice(at: offset, count: count) else { throw truncated(field(), needs: count) }
        offset += count
        return slice
    }

    /// `count` bytes as text; refuses what is not UTF-8, because a repaired name would be another name.
    mutating func readText(_ count: Int, _ field: @autoclosure () -> String) throws(FormatError) -> String {
        let start = offset
        let slice = try readBytes(count, field())
        guard let text = slice.withUnsafeBytes({ String(validating: $0, as: UTF8.self) }) else {
            throw error(field(), at: start, "found bytes that are not UTF-8, expected text")
        }
        return text
    }

    mutating func skip(to position: Int, _ field: @autoclosure () -> String) throws(FormatError) {
        guard position >= 0, position <= bytes.count else {
            throw error(field(), at: offset, "found position \(position), expected one inside \(bytes.count) bytes")
        }
        offset = position
    }

    func error(_ field: String, at position: Int? = nil, _ problem: String) -> FormatError {
        let place = "\(field) at byte \(bytes.offset + (position ?? offset))"
        return FormatError(file: bytes.file.path, place: place, problem: problem)
    }

    private func truncated(_ field: String, needs count: Int) -> FormatError {
        error(field, "found \(remaining) bytes to the end, expected \(count)")
    }
}
