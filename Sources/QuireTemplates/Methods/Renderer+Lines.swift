extension Renderer {
    /// The lines of a text, as Python's `splitlines` finds them.
    func lines(of text: String, keepsEnds: Bool = false) throws(TemplateError) -> [String] {
        try meter.allocate(bytes: text.utf8.count)
        try meter.work(bytes: text.utf8.count, .mapping)
        var lines: [String] = []
        var line = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            let isSecondHalf = previous == "\r" && scalar == "\n"
            previous = scalar
            if isSecondHalf {
                if keepsEnds { lines[lines.count - 1].unicodeScalars.append(scalar) }
            } else if scalar.isPythonLineBreak {
                if keepsEnds { line.append(scalar) }
                lines.append(String(line))
                line = String.UnicodeScalarView()
                if lines.count % 1_024 == 0 { try meter.allocate(elements: lines.count) }
            } else {
                line.append(scalar)
            }
        }
        if !line.isEmpty { lines.append(String(line)) }
        return lines
    }
}
