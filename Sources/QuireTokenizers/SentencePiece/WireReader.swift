/// Reads the protobuf wire format from untrusted bytes: every length is checked before it is believed.
///
/// Source: protobuf.dev/programming-guides/encoding.
struct WireReader {
    private let bytes: ArraySlice<UInt8>
    private(set) var position: Int
    /// Names the message in errors, such as `pieces[3]`.
    let context: String

    init(_ bytes: ArraySlice<UInt8>, context: String) {
        self.bytes = bytes
        position = bytes.startIndex
        self.context = context
    }

    enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
        case fixed32 = 5
    }

    var isAtEnd: Bool { position == bytes.endIndex }

    /// The next field's number and wire type.
    mutating func readTag() throws(TokenizerError) -> (field: UInt64, type: WireType) {
        let start = position
        let tag = try readVarint()
        guard let type = WireType(rawValue: tag & 7) else {
            throw malformed("wire type \(tag & 7) at byte \(start)", expected: "0, 1, 2 or 5")
        }
        guard tag >> 3 > 0 else {
            throw malformed("field number 0 at byte \(start)", expected: "a field number from 1")
        }
        return (tag >> 3, type)
    }

    mutating func readVarint() throws(TokenizerError) -> UInt64 {
        let start = position
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.endIndex {
            let byte = bytes[position]
            position += 1
            // The tenth byte has room for the last of 64 bits only.
            guard shift < 63 || byte <= 1 else { break }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
        }
        throw malformed("a broken varint at byte \(start)", expected: "at most 64 bits before the end of the message")
    }

    mutating func readFixed32() throws(TokenizerError) -> UInt32 {
        let raw = try take(4)
        return raw.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func readBytes() throws(TokenizerError) -> ArraySlice<UInt8> {
        try take(readVarint())
    }

    /// Skips a field that this reader has no use for.
    mutating func skip(_ type: WireType) throws(TokenizerError) {
        switch type {
        case .varint: _ = try readVarint()
        case .fixed64: _ = try take(8)
        case .lengthDelimited: _ = try readBytes()
        case .fixed32: _ = try take(4)
        }
    }

    private mutating func take(_ count: UInt64) throws(TokenizerError) -> ArraySlice<UInt8> {
        guard count <= UInt64(bytes.endIndex - position) else {
            throw malformed(
                "a field of \(count) bytes at byte \(position)",
                expected: "at most the \(bytes.endIndex - position) bytes that are left")
        }
        defer { position += Int(count) }
        return bytes[position..<position + Int(count)]
    }

    func malformed(_ value: String, expected: String) -> TokenizerError {
        TokenizerError(field: context, value: value, expected: expected)
    }
}
