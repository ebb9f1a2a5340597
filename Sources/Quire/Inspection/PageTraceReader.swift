import Foundation
import QuireJSON

extension PageTrace {
    /// Reads a file, which may come from a stranger.
    ///
    /// A last line that is not whole, as a killed process leaves it, is left out with a note.
    ///
    /// - Throws: a `UserError` of the kind `data` that names the file, the line, the field and what was expected.
    public init(path: String) throws {
        self = try PageTraceReader(path: path).read()
    }

    /// Whether a file's first line says that it is a page trace; `false` for what cannot be read.
    public static func isTrace(_ path: String) -> Bool {
        guard let start = try? BoundedFile(path: path).read(upTo: PageTraceReader.longestFirstLine) else {
            return false
        }
        let line = start.prefix { $0 != UInt8(ascii: "\n") }
        return line.first == UInt8(ascii: "{") && line.range(of: Data("\"quire_pages\"".utf8)) != nil
    }
}

/// Takes a page trace apart into lines, and each line into its fields.
struct PageTraceReader {
    static let longestFirstLine = 1 << 16
    /// A line of four thousand sequences at the length of a book has fewer bytes.
    static let longestLine = 1 << 24
    static let largestFile = 1 << 28
    static let mostSteps = 1_000_000

    let path: String
    private let decoder = JSONDecoder()

    init(path: String) { self.path = path }

    func read() throws -> PageTrace {
        let data = try BoundedFile(path: path).read(upTo: Self.largestFile + 1)
        guard data.count <= Self.largestFile else {
            throw ConfigurationError(
                place: path, problem: "is larger than \(ByteCount(Self.largestFile)), the most that can be read")
        }
        var lines = Lines(rest: data)
        guard let first = lines.next() else {
            throw ConfigurationError(place: path, problem: "has no whole first line; expected a page trace's header")
        }
        let header: PageTrace.Header = try decode(first, line: 1)
        let checks = PageTraceChecks(header: header)
        try checks.checkHeader(place: place(1))
        var steps: [PageTrace.Step] = []
        while let line = lines.next() {
            if Self.isBlank(line) { continue }
            guard steps.count < Self.mostSteps else {
                throw ConfigurationError(place: place(lines.count), problem: "is beyond the first \(steps.count) steps")
            }
            let step: PageTrace.Step = try decode(line, line: lines.count)
            try checks.check(step, after: steps.last, place: place(lines.count))
            steps.append(step)
        }
        if Self.isBlank(lines.rest) { return PageTrace(header: header, steps: steps) }
        let note = "\(place(lines.count + 1)) is not whole and was left out: the run was interrupted or still writes"
        return PageTrace(header: header, steps: steps, note: note)
    }

    private func place(_ line: Int) -> String { "\(path) line \(line)" }

    private static func isBlank(_ line: Data) -> Bool { line.allSatisfy { $0 == 0x20 || $0 == 0x0D || $0 == 0x09 } }

    private func decode<Value: Decodable>(_ line: Data, line number: Int) throws -> Value {
        guard line.count <= Self.longestLine else {
            throw ConfigurationError(
                place: place(number), problem: "has \(line.count) bytes; expected at most \(Self.longestLine)")
        }
        do {
            return try decoder.decode(Value.self, from: line)
        } catch let error as DecodingError {
            throw try PageTraceProblem(error, line: line, place: place(number)).error
        }
    }

    /// Whole lines, one after the other: a list of them all would be larger than a hostile file.
    private struct Lines {
        private(set) var rest: Data
        /// Lines handed out.
        private(set) var count = 0

        init(rest: Data) { self.rest = rest }

        mutating func next() -> Data? {
            let end = rest.firstIndex(of: UInt8(ascii: "\n"))
            // An object lacks its end until all of it is written, so that what is JSON is whole.
            if end == nil, rest.count > longestLine || (try? JSONValue(parsing: rest, place: "")) == nil { return nil }
            defer { rest = end.map { rest[($0 + 1)...] } ?? Data() }
            count += 1
            return rest[..<(end ?? rest.endIndex)]
        }
    }
}
