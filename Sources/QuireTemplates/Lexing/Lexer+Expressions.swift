extension Lexer {
    /// The tokens of a tag up to its end.
    mutating func expressionTokens(
        from start: Int, opening: Token.Kind, closing: Token.Kind
    ) throws(TemplateError) {
        tokens.append(Token(kind: opening, text: "", position: source.position(of: start)))
        openBrackets = []
        let isTag = closing == .tagEnd
        while offset < source.count {
            let position = source.position(of: offset)
            if openBrackets.isEmpty, takeEnd(isTag ? "%}" : "}}", trimsLine: isTag) {
                tokens.append(Token(kind: closing, text: "", position: position))
                return
            }
            let scalar = source.scalars[offset]
            if scalar.isPythonSpace {
                skipSpace()
            } else if scalar.isDecimalDigit, let number = number() {
                tokens.append(number)
            } else if scalar.isWordCharacter {
                tokens.append(try name())
            } else if scalar == "'" || scalar == "\"" {
                tokens.append(try string())
            } else {
                tokens.append(try symbol())
            }
        }
    }

    private mutating func name() throws(TemplateError) -> Token {
        let start = offset
        while offset < source.count, source.scalars[offset].isWordCharacter { offset += 1 }
        guard source.scalars[start].isIdentifierStart else {
            throw error("Invalid character in identifier", at: start)
        }
        return Token(kind: .name, text: source.text(start..<offset), position: source.position(of: start))
    }

    private static let doubleSymbols = ["//", "**", "==", "!=", ">=", "<="]
    private static let symbols = Set("+-/*%~[](){}><=.:|,;".unicodeScalars)
    private static let brackets: [Unicode.Scalar: Unicode.Scalar] = ["(": ")", "[": "]", "{": "}"]

    private mutating func symbol() throws(TemplateError) -> Token {
        let start = offset
        let position = source.position(of: start)
        if let double = Self.doubleSymbols.first(where: { source.starts(with: $0, at: start) }) {
            offset += 2
            return Token(kind: .symbol, text: double, position: position)
        }
        let scalar = source.scalars[start]
        guard Self.symbols.contains(scalar) else {
            throw error("unexpected char \(String(Character(scalar)).pythonQuoted) at \(start)", at: start)
        }
        offset += 1
        if let closing = Self.brackets[scalar] {
            openBrackets.append(closing)
        } else if Self.brackets.values.contains(scalar) {
            guard let expected = openBrackets.popLast() else { throw error("unexpected '\(scalar)'", at: start) }
            guard expected == scalar else { throw error("unexpected '\(scalar)', expected '\(expected)'", at: start) }
        }
        return Token(kind: .symbol, text: String(Character(scalar)), position: position)
    }
}
