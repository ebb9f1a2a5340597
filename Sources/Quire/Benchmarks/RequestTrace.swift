import Foundation
import QuireCore

/// The lengths of real requests, as a CSV file with a header has them.
public struct RequestTrace: Sendable {
    /// Tokens in and out of one request.
    public struct Lengths: Sendable, Equatable {
        public let prompt: Int
        public let generated: Int
        /// Seconds after the first request; `nil` where times were not asked for.
        public var arrival: Double?
    }

    public let requests: [Lengths]

    private static let promptColumn = "ContextTokens"
    private static let generatedColumn = "GeneratedTokens"
    private static let timeColumn = "TIMESTAMP"

    /// Reads the columns `ContextTokens` and `GeneratedTokens` of Azure's LLM inference traces.
    ///
    /// - Parameter withTimes: reads `TIMESTAMP`, too.
    /// - Throws: `ModelError` or `ConfigurationError` that names the line.
    public init(path: String, withTimes: Bool = false) throws {
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
        let time = withTimes ? header.firstIndex(of: Self.timeColumn) : nil
        if withTimes, time == nil {
            throw ConfigurationError(place: path, problem: "has no column \(Self.timeColumn) in its first line")
        }
        var first: Double?
        requests = try lines.dropFirst().enumerated().map { index, line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count == header.count, let input = Int(fields[prompt]), let output = Int(fields[generated]),
                input > 0, output > 0, input < 1 << 24, output < 1 << 24
            else {
                throw ConfigurationError(place: "\(path) line \(index + 2)", problem: "has no two positive lengths")
            }
            var lengths = Lengths(prompt: input, generated: output)
            if let time {
                guard let seconds = Self.seconds(fields[time]), seconds >= first ?? seconds else {
                    throw ConfigurationError(
                        place: "\(path) line \(index + 2)",
                        problem: "has no time like 2023-11-16 18:15:46.680590 that is not before the first one")
                }
                first = first ?? seconds
                lengths.arrival = seconds - (first ?? 0)
            }
            return lengths
        }
        if requests.isEmpty { throw ConfigurationError(place: path, problem: "has no requests") }
    }

    /// Seconds since 1970 of a time without zone, with as many digits of the second as there are.
    private static func seconds(_ text: Substring) -> Double? {
        let parts = text.split(separator: " ")
        guard parts.count == 2 else { return nil }
        let clock = parts[1].split(separator: ":")
        guard clock.count == 3, let hour = Int(clock[0]), let minute = Int(clock[1]), let second = Double(clock[2]),
            (0..<24).contains(hour), (0..<60).contains(minute), (0..<61).contains(second),
            let day = try? Date(String(parts[0]), strategy: .iso8601.year().month().day())
        else { return nil }
        return day.timeIntervalSince1970 + Double(hour * 3_600 + minute * 60) + second
    }
}
