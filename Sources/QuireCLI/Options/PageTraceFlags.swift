import ArgumentParser
import Foundation
import Quire

/// How a page trace is drawn.
enum PageTraceFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case svg
}

/// What to show of a page trace, and how.
struct PageTraceFlags: ParsableArguments {
    @Option(help: "text for a terminal, svg for a browser. (default: text)")
    var format: PageTraceFormat?
    @Option(help: "Write to this file instead of standard output.")
    var output: String?
    @Option(help: "Only these steps, each on its own line, such as 10-40.")
    var steps: String?
    @Flag(help: "Show the block tables after the last step shown.")
    var tables = false

    /// The first option that was given, or `nil`.
    var firstGiven: String? {
        if format != nil { return "--format" }
        if output != nil { return "--output" }
        if steps != nil { return "--steps" }
        return tables ? "--tables" : nil
    }

    func draw(_ file: String) throws {
        let range = try steps.map(Self.range)
        if format == .svg, tables {
            throw OptionError(name: "--tables", value: "given with --format svg", expected: "--format text")
        }
        let trace = try PageTrace(path: file)
        if let note = trace.note { Terminal.error("quire: note: \(note)") }
        let timeline = try PageTimeline(trace, steps: range)
        switch format ?? .text {
        case .svg: try write(timeline.svg)
        case .text:
            let width = output == nil ? Terminal.width : nil
            try write(timeline.text(width: width ?? 100, showsTables: tables) + "\n")
        }
    }

    private func write(_ text: String) throws {
        guard let output else { return Terminal.write(text) }
        do {
            try Data(text.utf8).write(to: URL(fileURLWithPath: output))
        } catch {
            throw OptionError(
                name: "--output", value: output,
                expected: "a file that can be written (\((error as NSError).localizedDescription))")
        }
    }

    /// "10-40", or one number.
    private static func range(_ text: String) throws(OptionError) -> ClosedRange<Int> {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(parts.count), let first = parts.first ?? nil, let last = parts.last ?? nil,
            first <= last
        else { throw OptionError(name: "--steps", value: text, expected: "a range of steps, such as 10-40") }
        return first...last
    }
}
