extension Lexer {
    /// A string at the cursor, which stands on its quote.
    mutating func string() throws(TemplateError) -> Token {
        let start = offset
        let quote = source.scalars[start]
        var end = start + 1
        while end < source.count, source.scalars[end] != quote { end += source.scalars[end] == "\\" ? 2 : 1 }
        guard end < source.count else {
            throw error("unexpected char \(String(Character(quote)).pythonQuoted) at \(start)", at: start)
        }
        offset = end + 1
        return Token(
            kind: .string, text: try unescaped((start + 1)..<end), position: source.position(of: start))
    }

    /// The text with Python's escapes resolved; unknown ones stay as they are.
    private func unescaped(_ range: Range<Int>) throws(TemplateError) -> String {
        guard source.scalars[range].contains("\\") else { return source.text(range) }
        var text = String.UnicodeScalarView()
        var index = range.lowerBound
        while index < range.upperBound {
            let scalar = source.scalars[index]
            index += 1
            guard scalar == "\\" else {
                text.append(scalar)
                continue
            }
            let escape = source.scalars[index]
            index += 1
            switch escape {
            case "\n": break
            case "\\", "'", "\"": text.append(escape)
            case "a": text.append("\u{7}")
            case "b": text.append("\u{8}")
            case "f": text.append("\u{C}")
            case "n": text.append("\n")
            case "r": text.append("\r")
            case "t": text.append("\t")
            case "v": text.append("\u{B}")
            case "0"..."7":
                index -= 1
                text.append(try code(&index, in: range, radix: 8, digits: 1...3))
            case "x": text.append(try code(&index, in: range, radix: 16, digits: 2...2))
            case "u": text.append(try code(&index, in: range, radix: 16, digits: 4...4))
            case "U": text.append(try code(&index, in: range, radix: 16, digits: 8...8))
            case "N": throw error("characters by name are not supported in strings", at: index - 2)
            default:
                text.append("\\")
                text.append(escape)
            }
        }
        return String(text)
    }

    private func code(
        _ index: inout Int, in range: Range<Int>, radix: UInt32, digits: ClosedRange<Int>
    ) throws(TemplateError) -> Unicode.Scalar {
        var value: UInt32 = 0
        var count = 0
        while count < digits.upperBound, index < range.upperBound,
            let digit = Character(source.scalars[index]).hexDigitValue, source.scalars[index].isASCII, digit < radix
        {
            value = value &* radix &+ UInt32(digit)
            count += 1
            index += 1
        }
        guard count >= digits.lowerBound else {
            throw error("truncated escape in a string, expected \(digits.lowerBound) digits", at: index)
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw error("an escape in a string stands for no character", at: index - count)
        }
        return scalar
    }
}
