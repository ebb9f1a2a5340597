/// One use of the operator: where it stands in the text and in the values.
struct PercentFormat {
    var scalars: ArraySlice<Unicode.Scalar>
    private let values: [Value]
    private let members: Members?
    /// Whether values may stay unused.
    private let mayIgnore: Bool
    let isMarkup: Bool
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
