/// Reads a JSON document from untrusted bytes. Source: RFC 8259.
struct JSONReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    /// Tokenizers nest a few levels deep.
    private static let maxDepth = 64

    /// - Throws: `TokenizerError` with the offset of what is wrong.
    static func read(_ bytes: [UInt8]) throws(TokenizerError) -> JSON {
        var result: Result<JSON, TokenizerError> = .success(.null)
        bytes.withUnsafeBufferPointer { buffer in
            var reader = JSONReader(bytes: buffer)
            result = Result { () throws(TokenizerError) in try reader.document() }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private mutating func document() throws(TokenizerError) -> JSON {
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw error("the end of the document") }
        return value
    }

    private func error(_ expected: String, at place: Int? = nil) -> TokenizerError {
        let place = place ?? position
        let found = place < bytes.count ? "byte 0x" + String(bytes[place], radix: 16) : "the end of the file"
        return TokenizerError(field: "offset \(place)", value: found, expected: expected)
    }

    private mutating func skipSpace() {
        while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) {
            position += 1
        }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        skipSpace()
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(TokenizerError) -> JSON {
        guard depth <= Self.maxDepth else { throw error("at most \(Self.maxDepth) levels") }
        skipSpace()
        guard position < bytes.count else { throw error("a value") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func word(_ text: String, _ value: JSON) throws(TokenizerError) -> JSON {
        guard bytes[position...].starts(with: text.utf8) else { throw error("a value") }
        position += text.utf8.count
        return value
    }

    private mutating func object(depth: Int) throws(TokenizerError) -> JSON {
        position += 1
        var members: [(key: String, value: JSON)] = []
        if skip(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { throw error("a member's name") }
            let key = try string()
            guard skip(UInt8(ascii: ":")) else { throw error("':'") }
            members.append((key, try value(depth: depth + 1)))
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw error("',' or '}'") }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(TokenizerError) -> JSON {
        position += 1
        var values: [JSON] = []
        if skip(UInt8(ascii: "]")) { return .array(values) }
        repeat {
            values.append(try value(depth: depth + 1))
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw error("',' or ']'") }
        return .array(values)
    }

    private mutating func number() throws(TokenizerError) -> JSON {
        let start = position
        while position < bytes.count, "+-.eE0123456789".utf8.contains(bytes[position]) {
            position += 1
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if let value = Int(text), !text.hasPrefix("+") { return .integer(value) }
        guard let value = Double(text), value.isFinite, !text.hasPrefix("+") else { throw error("a value", at: start) }
        return .number(value)
    }

    private mutating func string() throws(TokenizerError) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let text = bytes[start..<position]
                position += 1
                return try checked(text, at: start)
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw error("no control character in a string")
            default: position += 1
            }
        }
        throw error("the end of a string")
    }

    private func checked(_ text: Slice<UnsafeBufferPointer<UInt8>>, at start: Int) throws(TokenizerError) -> String {
        guard let string = String(validating: text, as: UTF8.self) else { throw error("UTF-8 text", at: start) }
        return string
    }

    private mutating func escapedString(from start: Int) throws(TokenizerError) -> String {
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else { throw error("UTF-8 text", at: start) }
                return string
            case UInt8(ascii: "\\"): try appendEscape(to: &text)
            case 0..<0x20: throw error("no control character in a string", at: position - 1)
            default: text.append(byte)
            }
        }
        throw error("the end of a string")
    }

    private mutating func appendEscape(to text: inout [UInt8]) throws(TokenizerError) {
        guard position < bytes.count else { throw error("an escape") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if (0xD800..<0xDC00).contains(code) {
                guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                    bytes[position + 1] == UInt8(ascii: "u")
                else { throw error("the second half of a surrogate pair") }
                position += 2
                let low = try hexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw error("the second half of a surrogate pair") }
                code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(code) else { throw error("a character, not half a surrogate pair") }
            text += Array(String(Character(scalar)).utf8)
        default: throw error("an escape", at: position - 1)
        }
    }

    private mutating func hexadecimal() throws(TokenizerError) -> UInt32 {
        guard position + 4 <= bytes.count,
            let code = UInt32(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw error("four hexadecimal digits") }
        position += 4
        return code
    }
}
