extension JSONReader {
    /// A string at the cursor, which stands on its opening quote.
    mutating func string() throws(JSONError) -> String {
        offset += 1
        var result = ""
        var start = offset
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                // The common case, a string without escapes, is one validated copy.
                result += try text(from: start)
                offset += 1
                return result
            case UInt8(ascii: "\\"):
                result += try text(from: start)
                result.unicodeScalars.append(try escape())
                start = offset
            case 0..<0x20: throw unexpected("control characters to be escaped")
            default: offset += 1
            }
        }
        throw unexpected("the end of the string")
    }

    /// The bytes from `start` to the cursor, which must be UTF-8.
    private func text(from start: Int) throws(JSONError) -> String {
        guard let text = String(validating: bytes[start..<offset], as: UTF8.self) else {
            throw error("bytes that are not UTF-8", expected: "text", at: start)
        }
        return text
    }

    /// A character that is escaped; the cursor stands on the backslash.
    private mutating func escape() throws(JSONError) -> Unicode.Scalar {
        let start = offset
        offset += 1
        guard let byte = peek else { throw unexpected("an escaped character") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape(from: start)
        default:
            throw error("an unknown escape", expected: #"one of \" \\ \/ \b \f \n \r \t \u"#, at: start)
        }
    }

    /// The character of `\uXXXX`, or of two of them that are the halves of a pair.
    private mutating func unicodeEscape(from start: Int) throws(JSONError) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        if first < 0xDC00, take("\\"), take("u") {
            let second = try hexadecimal()
            if (0xDC00...0xDFFF).contains(second),
                let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
            {
                return scalar
            }
        }
        throw error("half of a surrogate pair", expected: "both halves", at: start)
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Self.digit(byte) else { throw unexpected("a hexadecimal digit") }
            value = value << 4 | digit
            offset += 1
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
