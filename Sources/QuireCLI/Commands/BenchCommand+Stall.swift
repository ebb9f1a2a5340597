import ArgumentParser
import Quire

extension BenchCommand {
    struct Stall: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stall",
            abstract: "Measure how long running requests wait for a token when a long prompt arrives.",
            discussion: "Runs once without a bound on steps and once with --max-step-ms (default 5).")

        @OptionGroup(title: "Engine") var engine: EngineFlags
        @Option(help: "Tokens of the long prompt.") var promptTokens = 400
        @Option(help: "Requests that run when it arrives.") var streams = 4
        @Option(help: "Repetitions; medians are reported.") var runs = 5

        func run() async throws {
            var bounded = try engine.options()
            var unbounded = bounded
            unbounded.maxStepMilliseconds = nil
            bounded.maxStepMilliseconds = bounded.maxStepMilliseconds ?? 5
            guard (1...64).contains(streams), promptTokens > 0, (1...100).contains(runs) else {
                throw OptionError(
                    name: "--streams, --prompt-tokens, --runs", value: "\(streams), \(promptTokens), \(runs)",
                    expected: "1 to 64, at least 1, and 1 to 100")
            }
            var reports: [[StallBenchmark.Report]] = [[], []]
            // In turn, so that both meet the same neighbours.
            for _ in 0..<runs {
                for (index, options) in [unbounded, bounded].enumerated() {
                    let benchmark = StallBenchmark(options: options, promptTokens: promptTokens, streams: streams)
                    reports[index].append(try await benchmark.run())
                }
            }
            var table = Table(header: ["MAX STEP MS", "MEDIAN GAP", "LONGEST BEFORE", "LONGEST DURING", "PROMPT WAITS"])
            for (name, rows) in zip(["none", Format.fixed(bounded.maxStepMilliseconds ?? 0, 1)], reports) {
                func median(_ path: KeyPath<StallBenchmark.Report, Double>) -> String {
                    let values = rows.map { $0[keyPath: path] }.sorted()
                    return Format.fixed(values[values.count / 2], 2) + " ms"
                }
                table.add([
                    name, median(\.medianGap), median(\.longestBefore), median(\.longestDuring),
                    median(\.timeToFirstToken),
                ])
            }
            Terminal.line(table.text)
        }
    }
}
