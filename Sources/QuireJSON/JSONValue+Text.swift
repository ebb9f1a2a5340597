extension JSONValue {
    /// The document in one line, without spaces.
    public var text: String {
        var result = ""
        write(to: &result)
        return result
    }

    private func write(to result: inout String) {
        switch self {
        case .null: result += "null"
        case .bool(let value): result += value ? "true" : "false"
        case .int(let value): result += "\(value)"
        // JSON has no word for what is not a number.
        case .double(let value): result += value.isFinite ? "\(value)" : "null"
        case .string(let value): result.appendJSON(value)
        case .array(let values):
            result += "["
            for (index, value) in values.enumerated() {
                if index > 0 { result += "," }
                value.write(to: &result)
            }
            result += "]"
        case .object(let members):
            result += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { result += "," }
                result.appendJSON(member.key)
                result += ":"
                member.value.write(to: &result)
            }
            result += "}"
        }
    }
}

extension JSONValue {
    /// A list of whole numbers.
    public static func ids(_ ids: some Sequence<Int32>) -> JSONValue { .array(ids.map { .int(Int($0)) }) }
}

extension String {
    /// Appends a text as JSON writes it, in quotes.
    public mutating func appendJSON(_ text: String, escapesNonASCII: Bool = false) {
        self += "\""
        defer { self += "\"" }
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && $0 < 0x80 }) {
            self += text
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": self += "\\\""
            case "\\": self += "\\\\"
            case "\n": self += "\\n"
            case "\r": self += "\\r"
            case "\t": self += "\\t"
            case "\u{8}": self += "\\b"
            case "\u{C}": self += "\\f"
            case _ where scalar.value < 0x20 || (escapesNonASCII && scalar.value > 0x7F):
                for unit in scalar.utf16 {
                    let digits = String(unit, radix: 16)
                    self += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: unicodeScalars.append(scalar)
            }
        }
    }
}
