import Foundation
import Quire
import QuireJSON

/// Texts from arguments, a file of JSON strings, or standard input.
struct TextInput {
    let arguments: [String]
    /// The file's path; `-` is standard input.
    let file: String?

    /// - Throws: a `UserError` that names the place, or says that there is no text.
    func texts() throws -> [String] {
        var all = arguments
        if let file { all += try jsonStrings(in: file) }
        if all.isEmpty, file == nil, isatty(STDIN_FILENO) == 0 { all = try standardInput() }
        guard !all.isEmpty else {
            throw OptionError(
                name: "the text", value: "missing", expected: "a text, --texts, or one on standard input")
        }
        return all
    }

    private func standardInput() throws -> [String] {
        let data = try FileHandle.standardInput.readToEnd() ?? Data()
        guard var text = String(validating: data, as: UTF8.self) else {
            throw ConfigurationError(place: "standard input", problem: "is not UTF-8 text")
        }
        if text.unicodeScalars.last == "\n" { text.unicodeScalars.removeLast() }
        return data.isEmpty ? [] : [text]
    }

    /// One JSON string a line.
    private func jsonStrings(in path: String) throws -> [String] {
        let isStandardInput = path == "-"
        let content =
            isStandardInput
            ? try FileHandle.standardInput.readToEnd() ?? Data() : FileManager.default.contents(atPath: path)
        guard let content else {
            throw ModelError.unreadable(path: path, reason: "it is missing or may not be read")
        }
        return try content.split(separator: UInt8(ascii: "\n")).enumerated().map { index, line in
            let place = "\(isStandardInput ? "standard input" : path) line \(index + 1)"
            guard let text = try JSONValue(parsing: line, place: place).stringValue else {
                throw ConfigurationError(place: place, problem: "is not a JSON string")
            }
            return text
        }
    }
}
