import Foundation

/// Standard output and standard error.
enum Terminal {
    static let isOutputTerminal = isatty(STDOUT_FILENO) == 1

    static func error(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

    /// Writes at once, so that nothing is lost when the process ends.
    static func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }

    static func line(_ text: String = "") { write(text + "\n") }

    /// Text in bold where standard output is a terminal.
    static func bold(_ text: String) -> String { isOutputTerminal ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    /// Text from files as people may see it: control characters are escaped, so that none reaches the terminal.
    static func printable(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
                result += isControl ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
            }
        }
        return result
    }
}
