extension Lexer {
    mutating func addText(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        tokens.append(
            Token(kind: .text, text: source.text(range), position: source.position(of: range.lowerBound)))
    }

    /// What is left of the text before a tag.
    func trimmed(_ range: Range<Int>, control: Unicode.Scalar?, keepsBlanks: Bool) -> Range<Int> {
        var end = range.upperBound
        if control == "-" {
            while end > range.lowerBound, source.scalars[end - 1].isPythonSpace { end -= 1 }
            return range.lowerBound..<end
        }
        if control == "+" || keepsBlanks { return range }
        while end > range.lowerBound, source.scalars[end - 1] != "\n" {
            guard source.scalars[end - 1].isPythonSpace else { return range }
            end -= 1
        }
        let standsAlone = end > range.lowerBound || isAtLineStart
        return standsAlone ? range.lowerBound..<end : range
    }

    /// Moves behind the end of a tag that starts here, and behind the white space that goes with it.
    mutating func takeEnd(_ end: String, trimsLine: Bool) -> Bool {
        let length = end.unicodeScalars.count
        if source.starts(with: "-" + end, at: offset) {
            offset += length + 1
            skipSpace()
        } else if trimsLine, source.starts(with: "+" + end, at: offset) {
            offset += length + 1
        } else if source.starts(with: end, at: offset) {
            offset += length
            if trimsLine, offset < source.count, source.scalars[offset] == "\n" { offset += 1 }
        } else {
            return false
        }
        isAtLineStart = source.scalars[offset - 1] == "\n"
        return true
    }

    mutating func skipComment(from start: Int) throws(TemplateError) {
        while offset < source.count {
            if takeEnd("#}", trimsLine: true) { return }
            offset += 1
        }
        throw error("Missing end of comment tag", at: start)
    }
}
