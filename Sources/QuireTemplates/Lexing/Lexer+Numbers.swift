extension Lexer {
    /// A number at the cursor; the token's text has no underscores.
    mutating func number() -> Token? {
        let start = offset
        let position = source.position(of: start)
        func token(_ kind: Token.Kind, to end: Int) -> Token {
            let text = source.text(start..<end)
            return Token(kind: kind, text: String(text.filter { $0 != "_" }), position: position)
        }
        if let end = floatEnd(from: start) {
            offset = end
            return token(.float, to: end)
        }
        guard let end = integerEnd(from: start) else { return nil }
        offset = end
        return token(.integer, to: end)
    }

    private func floatEnd(from start: Int) -> Int? {
        let isBehindDot = start > 0 && source.scalars[start - 1] == "."
        guard !isBehindDot, let whole = digitsEnd(from: start, radix: 10) else { return nil }
        var end = whole
        if peek(end) == ".", let fraction = digitsEnd(from: end + 1, radix: 10) { end = fraction }
        if peek(end) == "e" || peek(end) == "E" {
            let sign = peek(end + 1) == "+" || peek(end + 1) == "-" ? 1 : 0
            if let exponent = digitsEnd(from: end + 1 + sign, radix: 10) { end = exponent }
        }
        return end > whole ? end : nil
    }

    private func integerEnd(from start: Int) -> Int? {
        if source.scalars[start] == "0" {
            let radix: Int? =
                switch peek(start + 1) {
                case "b", "B": 2
                case "o", "O": 8
                case "x", "X": 16
                default: nil
                }
            if let radix {
                let first = peek(start + 2) == "_" ? start + 3 : start + 2
                if let end = digitsEnd(from: first, radix: radix) { return end }
            }
            // Zeros alone: a digit after them is another number, which the parser refuses.
            var end = start + 1
            while peek(end) == "0" || (peek(end) == "_" && peek(end + 1) == "0") { end += 1 }
            return end
        }
        return digitsEnd(from: start, radix: 10)
    }

    /// The end of digits with single underscores between them.
    private func digitsEnd(from start: Int, radix: Int) -> Int? {
        func isDigit(_ offset: Int) -> Bool {
            guard let scalar = peek(offset), scalar.isASCII else { return false }
            return (Character(scalar).hexDigitValue ?? 16) < radix
        }
        guard isDigit(start) else { return nil }
        var end = start + 1
        while isDigit(end) || (peek(end) == "_" && isDigit(end + 1)) { end += 1 }
        return end
    }

    private func peek(_ offset: Int) -> Unicode.Scalar? { offset < source.count ? source.scalars[offset] : nil }
}
