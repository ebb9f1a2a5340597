/// Reads JSON from bytes.
struct JSONReader {
    let bytes: [UInt8]
    var offset = 0
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

    var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    func error(_ problem: String) -> TemplateError {
        TemplateError(.value, "not valid JSON at byte \(offset): \(problem)")
    }
}
