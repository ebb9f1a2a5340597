extension Renderer {
    /// Python's `text % values`.
    ///
    /// - Throws: a `TypeError` for too few, too many or unfitting values, a `ValueError` for a bad format.
    func percentFormat(_ text: String, _ values: Value, isMarkup: Bool) throws(TemplateError) -> String {
        try meter.work(bytes: text.utf8.count, .mapping)
        var format = try PercentFormat(text, values, isMarkup: isMarkup)
        return try format.render(self)
    }
}

/// One use of the operator: where it stands in the text and in the values.
private struct PercentFormat {
    private var scalars: ArraySlice<Unicode.Scalar>
    private let values: [Value]
    private let members: Members?
    /// Whether values may stay unused.
    private let mayIgnore: Bool
    private let isMarkup: Bool
    private var used = 0

    init(_ text: String, _ value: Value, isMarkup: Bool) throws(TemplateError) {
        scalars = Array(text.unicodeScalars)[...]
        self.isMarkup = isMarkup
        switch value {
        case .tuple(let elements):
            values = elements.values
            members = nil
            mayIgnore = false
        case .dictionary(let dictionary):
            values = [value]
            members = dictionary
            mayIgnore = true
        case .list, .range, .undefined:
            values = [value]
            members = nil
            mayIgnore = true
        default:
            values = [value]
            members = nil
            mayIgnore = false
        }
    }

    mutating func render(_ renderer: Renderer) throws(TemplateError) -> String {
        var result = ""
        while let scalar = scalars.popFirst() {
            guard scalar == "%" else {
                result.unicodeScalars.append(scalar)
                continue
            }
            let piece = try conversion(renderer)
            try renderer.check(result, adding: piece)
            result += piece
        }
        guard used >= values.count || mayIgnore else {
            throw TemplateError(.type, "not all arguments converted during string formatting")
        }
        return result
    }

    /// `(key)flags width.precision letter`
    private mutating func conversion(_ renderer: Renderer) throws(TemplateError) -> String {
        var given: Value?
        if scalars.first == "(" { given = try member() }
        var spec = FormatSpec()
        var isLeft = false
        var fillsZeros = false
        while let flag = scalars.first, "-+ #0".unicodeScalars.contains(flag) {
            scalars.removeFirst()
            switch flag {
            case "-": isLeft = true
            case "0": fillsZeros = true
            case "#": spec.isAlternate = true
            case "+": spec.sign = "+"
            default: if spec.sign == "-" { spec.sign = " " }
            }
        }
        spec.width = try number()
        if spec.width < 0 {
            isLeft = true
            spec.width = -max(spec.width, -FormatSpec.maximumWidth - 1)
        }
        if scalars.first == "." {
            scalars.removeFirst()
            spec.precision = max(0, try number())
        }
        try spec.checkSize()
        while let first = scalars.first, first == "l" || first == "h" || first == "L" { scalars.removeFirst() }
        guard let letter = scalars.popFirst() else { throw TemplateError(.value, "incomplete format") }
        if letter == "%" { return "%" }
        spec.align = isLeft ? "<" : ">"
        if given == nil { given = try next() }
        let value = given ?? .none
        if fillsZeros, !isLeft, !"srac".unicodeScalars.contains(letter) {
            spec.fill = "0"
            spec.align = "="
        }
        return try format(value, letter, spec, renderer)
    }

    private func format(
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

    private mutating func next() throws(TemplateError) -> Value {
        guard used < values.count else { throw TemplateError(.type, "not enough arguments for format string") }
        used += 1
        return values[used - 1]
    }

    private mutating func member() throws(TemplateError) -> Value {
        scalars.removeFirst()
        var key = ""
        var open = 1
        while let scalar = scalars.popFirst() {
            if scalar == "(" { open += 1 }
            if scalar == ")" { open -= 1 }
            if open == 0 { break }
            key.unicodeScalars.append(scalar)
        }
        guard open == 0 else { throw TemplateError(.value, "incomplete format key") }
        guard let members else { throw TemplateError(.type, "format requires a mapping") }
        used = values.count
        guard let value = members[key] else { throw TemplateError(.key, key.pythonQuoted) }
        return value
    }

    /// Digits, or `*` for a number among the values; 0 where neither stands.
    private mutating func number() throws(TemplateError) -> Int {
        if scalars.first == "*" {
            scalars.removeFirst()
            guard let number = try next().integer else { throw TemplateError(.type, "* wants int") }
            return number
        }
        var value = 0
        while let digit = scalars.first, digit.isDecimalDigit {
            value = min(value * 10 + Int(digit.value - 0x30), 1 << 40)
            scalars.removeFirst()
        }
        return value
    }
}
