/// The characters that stand for bytes in byte-level vocabularies.
///
/// Printable characters of Latin-1 stand for themselves; the other 68 bytes are U+0100 and on, in order. Source: GPT-2's
/// `encoder.py`.
enum ByteAlphabet {
    /// The scalar of each byte.
    static let scalars: [UInt32] = {
        var next: UInt32 = 0x100
        return (0..<UInt32(256)).map { byte in
            if (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || (0xAE...0xFF).contains(byte) {
                return byte
            }
            defer { next += 1 }
            return next
        }
    }()

    /// The byte of each scalar below U+0144, or -1.
    private static let bytes: [Int16] = {
        var bytes = [Int16](repeating: -1, count: 0x144)
        for (byte, scalar) in scalars.enumerated() {
            bytes[Int(scalar)] = Int16(byte)
        }
        return bytes
    }()

    /// The UTF-8 of each byte's character: low byte first, 0 for no second.
    private static let encoded: [UInt16] = scalars.map {
        $0 < 0x80 ? UInt16($0) : UInt16(0xC0 | $0 >> 6) | UInt16(0x80 | $0 & 0x3F) << 8
    }

    /// A text with every byte written as its character.
    static func spelled(_ text: AlignedText) -> AlignedText {
        var result = AlignedText(rewriting: text)
        for (index, byte) in text.bytes.enumerated() {
            append(byte, from: text.origin(of: index), to: &result)
        }
        result.close()
        return result
    }

    @inline(__always)
    static func append(_ byte: UInt8, from origin: Int, to result: inout AlignedText) {
        let code = encoded[Int(byte)]
        result.append(UInt8(truncatingIfNeeded: code), from: origin)
        if code > 0xFF { result.append(UInt8(truncatingIfNeeded: code >> 8), from: origin) }
    }

    /// The bytes that a piece stands for, or nil if it has a character that stands for none.
    static func bytes(of piece: some Collection<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(piece.count)
        for scalar in String(decoding: piece, as: UTF8.self).unicodeScalars {
            guard scalar.value < 0x144, bytes[Int(scalar.value)] >= 0 else { return nil }
            result.append(UInt8(truncatingIfNeeded: bytes[Int(scalar.value)]))
        }
        return result
    }
}
