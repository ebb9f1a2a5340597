import Foundation
import Quire

/// A file of text.
struct TextFile {
    /// A line that holds something.
    struct Line {
        let place: String
        let text: Substring
    }

    let path: String
    let text: String

    /// - Throws: a `UserError` for what cannot be read or is not UTF-8.
    init(_ path: String) throws {
        self.path = path
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ModelError.unreadable(path: path, reason: (error as NSError).localizedDescription)
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw ConfigurationError(place: path, problem: "is not UTF-8 text")
        }
        self.text = text
    }

    var lines: [Line] {
        // JSON may hold other line breaks than these unescaped.
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            .filter { line in line.element.contains { !$0.properties.isWhitespace } }
            .map { Line(place: "\(path) line \($0.offset + 1)", text: Substring($0.element)) }
    }
}
