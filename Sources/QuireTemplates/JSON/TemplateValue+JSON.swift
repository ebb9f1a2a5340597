extension TemplateValue {
    /// Reads a JSON document (RFC 8259), with keys in their order and whole numbers apart from others.
    ///
    /// Of equal keys the last counts, as in Python. Nesting is bounded.
    ///
    /// - Throws: an error of kind `value` that says where, in bytes from 0.
    public init(json: some Sequence<UInt8>) throws(TemplateError) {
        var reader = JSONReader(Array(json))
        self = try reader.document()
    }
}

/// Reads JSON from bytes.
private struct JSONReader {
    private let bytes: [UInt8]
    private var offset = 0
    private static let maximumDepth = TemplateLimits.valueDepth - 1

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(TemplateError) -> TemplateValue {
        let value = try value(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw error("expected nothing more") }
        return value
    }

    private mutating func value(depth: Int) throws(TemplateError) -> TemplateValue {
        guard depth <= Self.maximumDepth else { throw error("nested deeper than \(Self.maximumDepth)") }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return .dictionary(try object(depth: depth))
        case UInt8(ascii: "["): return .list(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .none)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(TemplateError) -> TemplateDictionary {
        offset += 1
        var members = TemplateDictionary()
        skipSpace()
        if take("}") { return members }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("expected a key in quotes") }
            let key = try string()
            skipSpace()
            guard take(":") else { throw error("expected ':'") }
            members[key] = try value(depth: depth + 1)
            skipSpace()
        } while take(",")
        guard take("}") else { throw error("expected ',' or '}'") }
        return members
    }

    private mutating func array(depth: Int) throws(TemplateError) -> [TemplateValue] {
        offset += 1
        var elements: [TemplateValue] = []
        skipSpace()
        if take("]") { return elements }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while take(",")
        guard take("]") else { throw error("expected ',' or ']'") }
        return elements
    }

    private mutating func literal(_ text: String, _ value: TemplateValue) throws(TemplateError) -> TemplateValue {
        guard bytes[offset...].starts(with: text.utf8) else { throw error("expected a value") }
        offset += text.utf8.count
        return value
    }

    private mutating func number() throws(TemplateError) -> TemplateValue {
        let start = offset
        var isInteger = true
        _ = take("-")
        if !take("0") { try digits() }
        if take(".") {
            isInteger = false
            try digits()
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            try digits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isInteger {
            guard let value = Int(text) else { throw error("expected a whole number that fits in 64 bits") }
            return .integer(value)
        }
        guard let value = Double(text) else { throw error("expected a number") }
        return .float(value)
    }

    private mutating func digits() throws(TemplateError) {
        let start = offset
        while let byte = peek, byte >= 0x30, byte <= 0x39 { offset += 1 }
        guard offset > start else { throw error(start == bytes.count ? "unexpected end" : "expected a value") }
    }

    private mutating func string() throws(TemplateError) -> String {
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

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private func error(_ problem: String) -> TemplateError {
        TemplateError(.value, "not valid JSON at byte \(offset): \(problem)")
    }
}
