extension JSONScanner {
    /// A string at the cursor, which stands on its opening quote.
    mutating func string() throws(FormatError) -> String {
        advance()
        var result = ""
        var runStart = position
        while true {
            guard let byte = peek else { throw unexpected("the end of the string") }
            switch byte {
            case UInt8(ascii: "\""):
                // The common case, a string without escapes, is one validated copy.
                result += try text(from: runStart)
                advance()
                return result
            case UInt8(ascii: "\\"):
                result += try text(from: runStart)
                advance()
                result.unicodeScalars.append(try escape())
                runStart = position
            case 0..<0x20:
                throw unexpected("control characters to be escaped")
            default:
                advance()
            }
        }
    }

    private mutating func escape() throws(FormatError) -> Unicode.Scalar {
        guard let byte = peek else { throw unexpected("an escaped character") }
        advance()
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw error("found an unknown escape, expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u")
        }
    }

    private mutating func unicodeEscape() throws(FormatError) -> Unicode.Scalar {
        let first = try hexadecimal()
        if let scalar = Unicode.Scalar(first) { return scalar }
        // A surrogate: only a high one followed by a low one stands for a character.
        guard first < 0xDC00, take("\\"), take("u") else { throw loneSurrogate }
        let second = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(second) else { throw loneSurrogate }
        let combined = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
        guard let scalar = Unicode.Scalar(combined) else { throw loneSurrogate }
        return scalar
    }

    private mutating func hexadecimal() throws(FormatError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw unexpected("a hexadecimal digit")
            }
            value = value << 4 | UInt32(digit)
            advance()
        }
        return value
    }

    private var loneSurrogate: FormatError {
        error("found half of a surrogate pair, expected both halves")
    }
}
