extension JSONReader {
    /// A string at the cursor, which stands on its opening quote.
    mutating func string() throws(TemplateError) -> String {
        offset += 1
        var result = ""
        var start = offset
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                result += try text(from: start)
                offset += 1
                return result
            case UInt8(ascii: "\\"):
                result += try text(from: start)
                offset += 1
                result.unicodeScalars.append(try escape())
                start = offset
            case 0..<0x20: throw error("expected control characters to be escaped")
            default: offset += 1
            }
        }
        throw error("expected the end of the string")
    }

    private func text(from start: Int) throws(TemplateError) -> String {
        guard let text = String(validating: bytes[start..<offset], as: UTF8.self) else { throw error("expected UTF-8") }
        return text
    }

    private mutating func escape() throws(TemplateError) -> Unicode.Scalar {
        guard let byte = peek else { throw error("unexpected end") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try character()
        default: throw error("unknown escape")
        }
    }

    /// The character of `\uXXXX`, or of two of them that are the halves of a pair.
    private mutating func character() throws(TemplateError) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, take("\\"), take("u") else { throw error("half of a surrogate pair") }
        let second = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(second),
            let scalar = Unicode.Scalar(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))
        else { throw error("half of a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(TemplateError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("expected four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }
}
