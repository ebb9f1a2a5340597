extension FormatSpec {
    /// - Throws: a `ValueError` for a presentation that whole numbers do not have.
    func format(_ value: Int) throws(TemplateError) -> String {
        if let type, "eEfFgG%".unicodeScalars.contains(type) { return try format(Double(value)) }
        guard precision == nil else { throw TemplateError(.value, "Precision not allowed in integer format specifier") }
        let magnitude = value.magnitude
        var digits: String
        var prefix = ""
        switch type {
        case nil, "d", "n": digits = String(magnitude)
        case "b":
            digits = String(magnitude, radix: 2)
            prefix = "0b"
        case "o":
            digits = String(magnitude, radix: 8)
            prefix = "0o"
        case "x", "X":
            digits = String(magnitude, radix: 16, uppercase: type == "X")
            prefix = type == "X" ? "0X" : "0x"
        case "c":
            guard let scalar = UInt32(exactly: value).flatMap(Unicode.Scalar.init) else {
                throw TemplateError(.overflow, "%c arg not in range(0x110000)")
            }
            return padded(String(Character(scalar)), default: "<")
        case let type?: throw unknown(type, "int")
        }
        digits = grouped(digits, every: type == nil || type == "d" || type == "n" ? 3 : 4)
        return padded(digits, sign: signText(isNegative: value < 0) + (isAlternate ? prefix : ""), default: ">")
    }

    /// - Throws: a `ValueError` for a presentation that floats do not have.
    func format(_ value: Double) throws(TemplateError) -> String {
        let sign = signText(isNegative: value.sign == .minus && !value.isNaN)
        let magnitude = value.magnitude
        guard (precision ?? 0) <= Self.maximumPrecision else {
            throw TemplateError(.limit, "a format asks for more than \(Self.maximumPrecision) digits")
        }
        guard let type else { return padded(grouped(shortest(magnitude), every: 3), sign: sign, default: ">") }
        var text: String
        switch type {
        case "f", "F": text = magnitude.fixed(precision ?? 6)
        case "e", "E": text = magnitude.scientific(precision ?? 6)
        case "g", "G", "n": text = magnitude.general(max(precision ?? 6, 1), keepsZeros: isAlternate)
        case "%": text = (magnitude * 100).fixed(precision ?? 6) + "%"
        default: throw unknown(type, "float")
        }
        if type == "F" || type == "E" || type == "G" { text = text.uppercased() }
        if isAlternate, !text.contains("."), magnitude.isFinite { text += "." }
        return padded(grouped(text, every: 3), sign: sign, default: ">")
    }

    /// Without a type a float looks as it prints, or has so many significant digits, one of them behind the point.
    private func shortest(_ magnitude: Double) -> String {
        guard let precision, magnitude.isFinite else { return magnitude.pythonRepresentation }
        let digits = max(precision, 1)
        let parts = magnitude.scientific(digits - 1).split(separator: "e")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        if exponent < -4 || exponent + 1 > digits - 1 {
            return Self.withoutZeros(String(parts[0])) + "e" + parts[1]
        }
        let text = Self.withoutZeros(magnitude.fixed(digits - 1 - exponent))
        return text.contains(".") ? text : text + ".0"
    }

    /// Without zeros at the end of the digits behind the point.
    private static func withoutZeros(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var text = text[...]
        while text.hasSuffix("0") { text.removeLast() }
        return String(text.hasSuffix(".") ? text.dropLast() : text)
    }

    func signText(isNegative: Bool) -> String {
        if isNegative { return "-" }
        return sign == "-" ? "" : String(Character(sign))
    }

    private func grouped(_ digits: String, every count: Int) -> String {
        guard let separator else { return digits }
        let whole = digits.prefix { $0.isHexDigit }
        var result = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % count == 0 { result.unicodeScalars.append(separator) }
            result.append(digit)
        }
        return result + digits.dropFirst(whole.count)
    }

    private func unknown(_ type: Unicode.Scalar, _ name: String) -> TemplateError {
        TemplateError(.value, "Unknown format code '\(type)' for object of type '\(name)'")
    }
}
