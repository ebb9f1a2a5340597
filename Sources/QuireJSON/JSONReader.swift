extension JSONValue {
    /// Reads a document, which may come from a stranger. Source: RFC 8259.
    ///
    /// Strict: bytes that are not UTF-8, lone surrogates, numbers out of range and anything after the value are errors.
    public init(parsing bytes: some Sequence<UInt8>, rules: JSONRules = JSONRules()) throws(JSONError) {
        var reader = JSONReader(Array(bytes), rules)
        self = try reader.document()
    }
}

/// A cursor over the bytes of a document.
struct JSONReader {
    let bytes: [UInt8]
    var offset = 0
    private let rules: JSONRules
    /// Values that may still be read.
    private var budget: Int

    init(_ bytes: [UInt8], _ rules: JSONRules) {
        self.bytes = bytes
        self.rules = rules
        budget = rules.values
    }

    mutating func document() throws(JSONError) -> JSONValue {
        let value = try value(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw unexpected("the end of the JSON text") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipSpace()
        guard depth <= rules.depth else {
            throw error("nesting deeper than \(rules.depth)", expected: "at most \(rules.depth) levels")
        }
        guard budget > 0 else {
            throw error("too many values", expected: "at most \(rules.values)")
        }
        budget -= 1
        switch peek {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), (UInt8(ascii: "0")...UInt8(ascii: "9"))?: return try number()
        default: throw unexpected("a JSON value")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        offset += 1
        var members: JSONMembers = [:]
        skipSpace()
        if take("}") { return .object(members) }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let start = offset
            let key = try string()
            if rules.duplicateKeys == .refused, members[key] != nil {
                throw error("the key '\(key)' twice", expected: "unique keys", at: start)
            }
            skipSpace()
            guard take(":") else { throw unexpected("':' after the key '\(key)'") }
            members[key] = try value(depth: depth + 1)
            skipSpace()
        } while take(",")
        guard take("}") else { throw unexpected("',' or '}'") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        offset += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(elements) }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipSpace()
        } while take(",")
        guard take("]") else { throw unexpected("',' or ']'") }
        return .array(elements)
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let start = offset
        guard bytes[offset...].starts(with: "\(text)".utf8) else { throw unexpected("'\(text)'", at: start) }
        offset += text.utf8CodeUnitCount
        return value
    }

    private mutating func number() throws(JSONError) -> JSONValue {
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
            if let value = Int(text) { return .int(value) }
            guard rules.largeIntegers == .rounded else {
                throw error("the number \(text)", expected: "a whole number that fits in 64 bits", at: start)
            }
        }
        guard let value = Double(text), value.isFinite else {
            throw error("the number \(text)", expected: "a finite number", at: start)
        }
        return .double(value)
    }

    private mutating func digits() throws(JSONError) {
        let start = offset
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { offset += 1 }
        guard offset > start else { throw unexpected("a digit") }
        // No number needs more, and a conversion stays cheap.
        guard offset - start <= 400 else {
            throw error("a number of \(offset - start) digits", expected: "at most 400", at: start)
        }
    }
}

// MARK: - Bytes

extension JSONReader {
    var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    func error(_ found: String, expected: String, at place: Int? = nil) -> JSONError {
        JSONError(offset: place ?? offset, found: found, expected: expected)
    }

    /// A complaint about the byte at the cursor.
    func unexpected(_ expected: String, at place: Int? = nil) -> JSONError {
        let place = place ?? offset
        guard place < bytes.count else { return error("the end of the text", expected: expected, at: place) }
        let byte = bytes[place]
        let isPrintable = byte > 0x20 && byte < 0x7F
        let found = isPrintable ? "'\(Unicode.Scalar(byte))'" : "byte 0x" + String(byte, radix: 16)
        return error(found, expected: expected, at: place)
    }
}
