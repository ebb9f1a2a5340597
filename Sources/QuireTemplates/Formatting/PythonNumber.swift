/// Numbers in text, as Python's `int` and `float` read them.
enum PythonNumber {
    /// A whole number; base 0 goes by a prefix such as `0x`.
    static func integer(_ text: String, base: Int) -> Int? {
        var digits = text.stripped(of: nil).lowercased()
        var isNegative = false
        if digits.hasPrefix("-") || digits.hasPrefix("+") { isNegative = digits.removeFirst() == "-" }
        var base = base
        var hasPrefix = false
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            guard base == radix || base == 0 else { continue }
            base = radix
            digits.removeFirst(2)
            hasPrefix = true
            break
        }
        if base == 0 {
            base = 10
            let significant = digits.drop { $0 == "0" || $0 == "_" }
            guard !digits.hasPrefix("0") || significant.isEmpty else { return nil }
        }
        guard let plain = withoutSeparators(digits, startsWithOne: hasPrefix), plain.first != "+", plain.first != "-"
        else { return nil }
        return Int((isNegative ? "-" : "") + plain, radix: base)
    }

    static func float(_ text: String) -> Double? {
        let lower = text.stripped(of: nil).lowercased()
        let unsigned = lower.hasPrefix("-") || lower.hasPrefix("+") ? lower.dropFirst() : lower[...]
        switch unsigned {
        case "inf", "infinity": return lower.hasPrefix("-") ? -.infinity : .infinity
        case "nan": return .nan
        default:
            guard let plain = withoutSeparators(lower, startsWithOne: false),
                plain.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.e".utf8.contains($0) })
            else { return nil }
            // Unlike Swift, Python reads a point without digits on one side.
            let filled = plain.hasSuffix(".") ? plain + "0" : plain.replacingPoint
            return Double(filled)
        }
    }

    /// Single underscores between digits go; elsewhere they are wrong.
    private static func withoutSeparators(_ text: String, startsWithOne: Bool) -> String? {
        var result = ""
        var previous: Character = startsWithOne ? "0" : "_"
        for character in text {
            if character == "_" {
                guard previous.isHexDigit || previous.isLetter, previous != "_" else { return nil }
            } else {
                result.append(character)
            }
            previous = character
        }
        return previous == "_" ? nil : result
    }
}

extension String {
    /// With a zero where a point begins the digits or ends them before an exponent.
    fileprivate var replacingPoint: String {
        var result = ""
        var previous: Character = " "
        for character in self {
            if character == ".", !previous.isNumber { result.append("0") }
            if character == "e", previous == "." { result.append("0") }
            result.append(character)
            previous = character
        }
        return result
    }
}
