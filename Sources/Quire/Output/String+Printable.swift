extension String {
    /// The text with its control characters escaped, so that none that stood in a file reaches a terminal.
    package var printable: String {
        var result = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
                result += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
            }
        }
        return result
    }

    /// The text in `count` characters at most, the last of which says where more followed.
    package func shortened(to count: Int) -> String {
        dropFirst(count).isEmpty ? self : prefix(max(0, count - 1)) + "…"
    }
}
