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
    static func printable(_ text: String) -> String { text.printable }

    /// Columns of the terminal on standard output, or `nil` where it is none.
    static var width: Int? {
        var size = winsize()
        guard isOutputTerminal, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}
