/// How a number or a text is laid out: `[[fill]align][sign][#][0][width][,][.precision][type]`.
struct FormatSpec {
    var fill: Unicode.Scalar = " "
    /// `<`, `>`, `^` or `=`; `nil` for the default of the value's type.
    var align: Unicode.Scalar?
    /// `-`, `+` or a blank.
    var sign: Unicode.Scalar = "-"
    var isAlternate = false
    var width = 0
    /// `,` or `_` between groups of digits.
    var separator: Unicode.Scalar?
    var precision: Int?
    /// The letter of the presentation, or `nil`.
    var type: Unicode.Scalar?

    /// More makes no sense, and would let a few characters ask for megabytes.
    static let maximumWidth = 1 << 20
    static let maximumPrecision = 400

    init() {}

    /// - Throws: a `ValueError` for text that is no specification.
    init(parsing text: String) throws(TemplateError) {
        var rest = Array(text.unicodeScalars)[...]
        func isAlign(_ scalar: Unicode.Scalar) -> Bool { "<>=^".unicodeScalars.contains(scalar) }
        func take(_ scalars: String) -> Unicode.Scalar? {
            guard let first = rest.first, scalars.unicodeScalars.contains(first) else { return nil }
            return rest.removeFirst()
        }
        let hasFill = rest.count > 1 && isAlign(rest[rest.startIndex + 1])
        if hasFill {
            fill = rest.removeFirst()
            align = rest.removeFirst()
        } else {
            align = take("<>=^")
        }
        sign = take("-+ ") ?? "-"
        isAlternate = take("#") != nil
        if rest.first == "0", !hasFill {
            fill = "0"
            if align == nil { align = "=" }
        }
        width = try Self.number(&rest) ?? 0
        separator = take(",_")
        if take(".") != nil {
            guard let digits = try Self.number(&rest) else {
                throw TemplateError(.value, "Format specifier missing precision")
            }
            precision = digits
        }
        type = rest.popFirst()
        guard rest.isEmpty else { throw TemplateError(.value, "Invalid format specifier \(text.pythonQuoted)") }
        try checkSize()
    }

    func checkSize() throws(TemplateError) {
        guard width <= Self.maximumWidth, (precision ?? 0) <= Self.maximumWidth else {
            throw TemplateError(.limit, "a format asks for more than \(Self.maximumWidth) characters")
        }
    }

    private static func number(_ rest: inout ArraySlice<Unicode.Scalar>) throws(TemplateError) -> Int? {
        var value: Int?
        while let digit = rest.first, digit.isDecimalDigit {
            value = (value ?? 0) * 10 + Int(digit.value - 0x30)
            guard value ?? 0 <= 1 << 40 else { throw TemplateError(.value, "Too many decimal digits in format string") }
            rest.removeFirst()
        }
        return value
    }

    /// The text filled up to the width.
    func padded(_ text: String, sign: String = "", default defaultAlign: Unicode.Scalar) -> String {
        let missing = width - sign.unicodeScalars.count - text.unicodeScalars.count
        guard missing > 0 else { return sign + text }
        func filling(_ count: Int) -> String { String(repeating: String(Character(fill)), count: count) }
        switch align ?? defaultAlign {
        case "<": return sign + text + filling(missing)
        case "^": return filling(missing / 2) + sign + text + filling(missing - missing / 2)
        case "=": return sign + filling(missing) + text
        default: return filling(missing) + sign + text
        }
    }
}
