extension Renderer {
    /// Python's `format(value, spec)`.
    ///
    /// - Throws: a `ValueError` for a specification that does not fit, a `TypeError` for values that take none.
    func format(_ value: Value, _ spec: String) throws(TemplateError) -> String {
        if spec.isEmpty { return try text(of: value) }
        switch value {
        case .string(let text), .markup(let text):
            let spec = try FormatSpec(parsing: spec)
            return try format(text, spec)
        case .integer(let value): return try FormatSpec(parsing: spec).format(value)
        case .bool(let value): return try FormatSpec(parsing: spec).format(value ? 1 : 0)
        case .float(let value): return try FormatSpec(parsing: spec).format(value)
        default:
            throw TemplateError(.type, "unsupported format string passed to \(value.typeName).__format__")
        }
    }

    private func format(_ text: String, _ spec: FormatSpec) throws(TemplateError) -> String {
        guard spec.type == nil || spec.type == "s" else {
            throw TemplateError(
                .value, "Unknown format code '\(spec.type ?? "s")' for object of type 'str'")
        }
        guard spec.sign == "-" else { throw TemplateError(.value, "Sign not allowed in string format specifier") }
        guard spec.align != "=" || spec.fill == "0" else {
            throw TemplateError(.value, "'=' alignment not allowed in string format specifier")
        }
        var spec = spec
        // A zero before the width fills on the right.
        if spec.align == "=" { spec.align = "<" }
        let cut = spec.precision.map { String(String.UnicodeScalarView(text.unicodeScalars.prefix($0))) } ?? text
        try meter.allocate(bytes: cut.utf8.count + spec.width * 4)
        return spec.padded(cut, default: "<")
    }
}
