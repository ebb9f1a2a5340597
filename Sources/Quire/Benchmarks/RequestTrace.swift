import Foundation
import QuireCore

/// The lengths of real requests, as a CSV file with a header has them.
public struct RequestTrace: Sendable {
    /// Tokens in and out of one request.
    public struct Lengths: Sendable, Equatable {
        public let prompt: Int
        public let generated: Int
    }

    public let requests: [Lengths]

    private static let promptColumn = "ContextTokens"
    private static let generatedColumn = "GeneratedTokens"

    /// Reads the columns `ContextTokens` and `GeneratedTokens` of Azure's LLM inference traces.
    ///
    /// - Throws: `ModelError` or `ConfigurationError` that names the line.
    public init(path: String) throws {
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw ModelError.unreadable(path: path, reason: (error as NSError).localizedDescription)
        }
        let lines = text.split(whereSeparator: \.isNewline)
        let header = (lines.first ?? "").split(separator: ",").map { String($0) }
        guard let prompt = header.firstIndex(of: Self.promptColumn),
            let generated = header.firstIndex(of: Self.generatedColumn)
        else {
            throw ConfigurationError(
                place: path,
                problem: "has no columns \(Self.promptColumn) and \(Self.generatedColumn) in its first line")
        }
        requests = try lines.dropFirst().enumerated().map { index, line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == header.count, let input = Int(fields[prompt]), let output = Int(fields[generated]),
                input > 0, output > 0, input < 1 << 24, output < 1 << 24
            else {
                throw ConfigurationError(place: "\(path) line \(index + 2)", problem: "has no two positive lengths")
            }
            return Lengths(prompt: input, generated: output)
        }
        if requests.isEmpty { throw ConfigurationError(place: path, problem: "has no requests") }
    }
}
