/// Fields of a known type: a field with another wire type is an error, not something to skip.
extension WireReader {
    mutating func bool(_ type: WireType, _ name: String) throws(TokenizerError) -> Bool {
        try require(type, .varint, name)
        return try readVarint() != 0
    }

    /// An enumeration or an `int32`, which protobuf sign-extends to 64 bits.
    mutating func int32(_ type: WireType, _ name: String) throws(TokenizerError) -> Int32 {
        try require(type, .varint, name)
        return Int32(truncatingIfNeeded: try readVarint())
    }

    mutating func float(_ type: WireType, _ name: String) throws(TokenizerError) -> Float {
        try require(type, .fixed32, name)
        return Float(bitPattern: try readFixed32())
    }

    mutating func bytes(_ type: WireType, _ name: String) throws(TokenizerError) -> ArraySlice<UInt8> {
        try require(type, .lengthDelimited, name)
        return try readBytes()
    }

    mutating func string(_ type: WireType, _ name: String) throws(TokenizerError) -> String {
        let raw = try bytes(type, name)
        guard raw.withUnsafeBufferPointer(UTF8Scan.isValid) else {
            throw TokenizerError(field: "\(context).\(name)", value: "broken UTF-8", expected: "UTF-8 text")
        }
        return String(decoding: raw, as: UTF8.self)
    }

    private func require(_ type: WireType, _ wanted: WireType, _ name: String) throws(TokenizerError) {
        guard type == wanted else {
            throw TokenizerError(
                field: "\(context).\(name)", value: "wire type \(type.rawValue)",
                expected: "wire type \(wanted.rawValue)")
        }
    }
}
