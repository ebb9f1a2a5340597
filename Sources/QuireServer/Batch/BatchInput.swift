import Foundation
import Quire
import QuireJSON

/// The requests of a file in OpenAI's batch format: an object per line with `custom_id`, `method`, `url` and `body`.
struct BatchInput: Sendable {
    struct Line: Sendable {
        let customID: String
        let url: String
        let body: JSONMembers
    }

    let lines: [Line]

    /// Every line is read before anything runs.
    ///
    /// - Throws: a `UserError` that names the file and the line.
    init(path: String) throws {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw ModelError.unreadable(path: path, reason: (error as NSError).localizedDescription)
        }
        var lines: [Line] = []
        var seen: [String: Int] = [:]
        for (index, text) in data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
            if text.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            let place = "\(path) line \(index + 1)"
            let line = try Self.line(text, place)
            if let other = seen.updateValue(index + 1, forKey: line.customID) {
                throw ConfigurationError(
                    place: place,
                    problem: "has the custom_id '\(line.customID)' of line \(other); expected one of its own")
            }
            lines.append(line)
        }
        guard !lines.isEmpty else { throw ConfigurationError(place: path, problem: "has no requests") }
        self.lines = lines
    }

    private static func line(_ text: Data, _ place: String) throws(ConfigurationError) -> Line {
        let value = try JSONValue(parsing: text, place: place, rules: JSONRules(largeIntegers: .refused, depth: 64))
        func string(_ name: String, _ expected: String) throws(ConfigurationError) -> String {
            guard let text = value[name]?.stringValue, !text.isEmpty else {
                throw ConfigurationError(
                    place: place, problem: "has '\(name)' \(value[name]?.summary ?? "missing"); expected \(expected)")
            }
            return text
        }
        let customID = try string("custom_id", "a text that no other line has")
        let method = try string("method", "POST")
        guard method == "POST" else {
            throw ConfigurationError(place: place, problem: "has the method '\(method)'; expected POST")
        }
        let url = try string("url", "an address such as /v1/chat/completions")
        guard let body = value["body"]?.objectValue else {
            throw ConfigurationError(place: place, problem: "has no object 'body'")
        }
        return Line(customID: customID, url: url, body: body)
    }
}
