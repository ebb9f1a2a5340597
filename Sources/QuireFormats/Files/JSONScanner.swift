/// A strict JSON reader for the headers of tensor files (RFC 8259).
///
/// Stricter than common parsers where a file could mean two things: duplicate keys, lone surrogates, bytes that are
/// not UTF-8 and anything after the value are errors. Nesting is bounded, so no input can exhaust the stack.
struct JSONScanner {
    private var reader: ByteReader
    private let field: String
    /// Values that may still be read: two bytes of text become a value of many bytes in memory.
    private var budget = 8_000_000
    static let maximumDepth = 32

    /// `field` names the text in errors, for example `header`.
    init(_ bytes: MappedBytes, field: String) {
        reader = ByteReader(bytes)
        self.field = field
    }

    /// The one value that the text holds.
    static func parse(_ bytes: MappedBytes, field: String) throws(FormatError) -> JSONValue {
        var scanner = JSONScanner(bytes, field: field)
        let value = try scanner.value(depth: 0)
        scanner.skipWhitespace()
        guard scanner.reader.remaining == 0 else { throw scanner.unexpected("the end of the JSON text") }
        return value
    }

    private mutating func value(depth: Int) throws(FormatError) -> JSONValue {
        guard depth <= Self.maximumDepth else {
            throw error("found nesting deeper than \(Self.maximumDepth), expected a plain header")
        }
        budget -= 1
        guard budget >= 0 else { throw error("found too many values, expected fewer than eight million") }
        skipWhitespace()
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

    private mutating func object(depth: Int) throws(FormatError) -> JSONValue {
        advance()
        var members: [(key: String, value: JSONValue)] = []
        var seen: Set<String> = []
        skipWhitespace()
        if take("}") { return .object(members) }
        repeat {
            skipWhitespace()
            guard peek == UInt8(ascii: "\"") else { throw unexpected("a key in quotes") }
            let key = try string()
            guard seen.insert(key).inserted else {
                throw error("found the key \(quoted(key)) twice, expected unique keys")
            }
            skipWhitespace()
            guard take(":") else { throw unexpected("':' after the key \(quoted(key))") }
            members.append((key, try value(depth: depth + 1)))
            skipWhitespace()
        } while take(",")
        guard take("}") else { throw unexpected("',' or '}'") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(FormatError) -> JSONValue {
        advance()
        var elements: [JSONValue] = []
        skipWhitespace()
        if take("]") { return .array(elements) }
        repeat {
            elements.append(try value(depth: depth + 1))
            skipWhitespace()
        } while take(",")
        guard take("]") else { throw unexpected("',' or ']'") }
        return .array(elements)
    }

    private mutating func literal(_ text: String, _ value: JSONValue) throws(FormatError) -> JSONValue {
        for byte in text.utf8 {
            guard peek == byte else { throw unexpected("'\(text)'") }
            advance()
        }
        return value
    }

    private mutating func number() throws(FormatError) -> JSONValue {
        let start = reader.offset
        var isInteger = true
        let isNegative = take("-")
        if take("0") {
            // "-0" is a float in every reader that tells the two apart.
            isInteger = !isNegative
        } else {
            guard try digits() > 0 else { throw unexpected("a digit") }
        }
        if take(".") {
            isInteger = false
            guard try digits() > 0 else { throw unexpected("a digit") }
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            guard try digits() > 0 else { throw unexpected("a digit") }
        }
        let text = reader.bytes.withUnsafeBytes { String(decoding: $0[start..<reader.offset], as: UTF8.self) }
        if isInteger, let integer = Int(text) { return .integer(integer) }
        guard let double = Double(text), double.isFinite else {
            throw error("found a number out of range, expected a finite one")
        }
        return .number(double)
    }

    /// Longest run of digits accepted: no number of a header needs more, and a conversion should stay cheap.
    private mutating func digits() throws(FormatError) -> Int {
        var count = 0
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            advance()
            count += 1
            guard count <= 400 else { throw error("found a number of more than 400 digits") }
        }
        return count
    }
}

// MARK: - Bytes

extension JSONScanner {
    var peek: UInt8? {
        reader.remaining > 0 ? reader.bytes.baseAddress.load(fromByteOffset: reader.offset, as: UInt8.self) : nil
    }

    mutating func advance() {
        reader.advanceOne()
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard peek == UInt8(ascii: character) else { return false }
        advance()
        return true
    }

    mutating func skipWhitespace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { advance() }
    }

    var position: Int { reader.offset }

    /// The raw bytes from `start` to the cursor, which must be UTF-8.
    func text(from start: Int) throws(FormatError) -> String {
        let text = reader.bytes.withUnsafeBytes {
            String(validating: UnsafeRawBufferPointer(rebasing: $0[start..<reader.offset]), as: UTF8.self)
        }
        guard let text else { throw error("found bytes that are not UTF-8, expected text") }
        return text
    }

    func error(_ problem: String) -> FormatError {
        reader.error(field, problem)
    }

    func unexpected(_ expected: String) -> FormatError {
        guard let byte = peek else { return error("found the end of the text, expected \(expected)") }
        let isPrintable = byte > 0x20 && byte < 0x7F
        let found = isPrintable ? "'\(Unicode.Scalar(byte))'" : "byte 0x\(String(byte, radix: 16))"
        return error("found \(found), expected \(expected)")
    }
}
