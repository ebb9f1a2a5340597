extension PercentFormat {
    /// One value by the letter of its conversion.
    func format(
        _ value: Value, _ letter: Unicode.Scalar, _ given: FormatSpec, _ renderer: Renderer
    ) throws(TemplateError) -> String {
        var spec = given
        switch letter {
        case "s", "r", "a":
            var text = letter == "s" ? try renderer.text(of: value) : try renderer.representation(of: value)
            if isMarkup, !value.isMarkup { text = Renderer.escaped(text) }
            if let precision = spec.precision {
                text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(precision)))
            }
            try renderer.meter.allocate(bytes: text.utf8.count + spec.width * 4)
            return spec.padded(text, default: ">")
        case "c": return spec.padded(try Self.character(value), default: ">")
        case "d", "i", "u":
            guard let number = try Self.whole(value) else { throw mismatch(value, letter, "a real number is required") }
            return Self.digits(number, &spec)
        case "x", "X", "o":
            guard let number = value.integer else { throw mismatch(value, letter, "an integer is required") }
            let minimum = spec.precision ?? 0
            spec.precision = nil
            spec.type = letter
            guard minimum > 0 else { return try spec.format(number) }
            let digits = String(number.magnitude, radix: letter == "o" ? 8 : 16, uppercase: letter == "X")
            return spec.padded(
                String(repeating: "0", count: max(0, minimum - digits.count)) + digits,
                sign: spec.signText(isNegative: number < 0), default: ">")
        case "e", "E", "f", "F", "g", "G":
            guard let number = value.number else {
                if case .undefined(let undefined) = value { throw undefined.error }
                throw TemplateError(.type, "must be real number, not \(value.typeName)")
            }
            spec.type = letter
            return try spec.format(number)
        default:
            throw TemplateError(
                .value,
                "unsupported format character '\(letter)' (0x\(String(letter.value, radix: 16))) at index "
                    + "\(scalars.startIndex - 1)")
        }
    }

    private func mismatch(_ value: Value, _ letter: Unicode.Scalar, _ wanted: String) -> TemplateError {
        if case .undefined(let undefined) = value { return undefined.error }
        return TemplateError(.type, "%\(letter) format: \(wanted), not \(value.typeName)")
    }

    private static func whole(_ value: Value) throws(TemplateError) -> Int? {
        if let integer = value.integer { return integer }
        guard case .float(let number) = value else { return nil }
        guard let integer = Int(exactly: number.rounded(.towardZero)) else {
            throw TemplateError(.overflow, "cannot convert the float \(number.pythonRepresentation) to a whole number")
        }
        return integer
    }

    /// A whole number with at least so many digits as the precision says.
    private static func digits(_ number: Int, _ spec: inout FormatSpec) -> String {
        let digits = String(number.magnitude)
        let zeros = String(repeating: "0", count: max(0, (spec.precision ?? 0) - digits.count))
        return spec.padded(zeros + digits, sign: spec.signText(isNegative: number < 0), default: ">")
    }

    private static func character(_ value: Value) throws(TemplateError) -> String {
        if let text = value.text, text.unicodeScalars.count == 1 { return text }
        guard let code = value.integer else {
            throw TemplateError(.type, "%c requires an int or a unicode character, not \(value.typeName)")
        }
        guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else {
            throw TemplateError(.overflow, "%c arg not in range(0x110000)")
        }
        return String(Character(scalar))
    }
}
