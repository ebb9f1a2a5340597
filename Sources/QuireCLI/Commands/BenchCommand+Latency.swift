import ArgumentParser
import Quire

extension BenchCommand {
    struct Latency: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "latency", abstract: "Measure how long one batch of requests takes.",
            discussion: """
                Runs a batch of random prompts again and again, new ones each time, and reports the time from its \
                submission to its last token, and how fast prompts and single tokens ran. Options and result are those \
                of vllm bench latency.
                """)

        @OptionGroup(title: "Engine") var engine: EngineFlags
        @OptionGroup(title: "Random model") var random: RandomModelFlags
        @Option(parsing: .unconditional, help: "Tokens of each prompt.") var inputLen = LatencyBenchmark().inputLength
        @Option(parsing: .unconditional, help: "Tokens of each completion.")
        var outputLen = LatencyBenchmark().outputLength
        @Option(parsing: .unconditional, help: "Prompts in a batch.") var batchSize = LatencyBenchmark().batchSize
        @Option(
            name: .customLong("n"), parsing: .unconditional,
            help: "Completions per prompt; several are drawn, one is greedy.")
        var n = LatencyBenchmark().n
        @Flag(help: "Search with --n beams.") var useBeamSearch = false
        @Option(parsing: .unconditional, help: "Runs before those that count.")
        var numItersWarmup = LatencyBenchmark().warmups
        @Option(parsing: .unconditional, help: "Runs that count.") var numIters = LatencyBenchmark().iterations
        @Option(help: "Write the result into this file, as JSON.") var outputJson: String?

        func run() throws {
            var benchmark = LatencyBenchmark()
            benchmark.inputLength = inputLen
            benchmark.outputLength = outputLen
            benchmark.batchSize = batchSize
            benchmark.n = n
            benchmark.usesBeamSearch = useBeamSearch
            benchmark.warmups = numItersWarmup
            benchmark.iterations = numIters
            let file = try outputJson.map { try ResultFile(path: $0) }
            let model = try random.load(engine.options())
            let report = try benchmark.run(on: model)
            let percentiles = Percentiles(report.latencies)
            Terminal.line("latency                 \(Format.fixed(percentiles.mean, 4)) s on average")
            for percent in [10, 25, 50, 75, 90, 99] {
                Terminal.line("  \(percent) % of runs within  \(Format.fixed(percentiles[Double(percent)], 4)) s")
            }
            SpeedTable(report.speeds, model).write()
            try file?.write(report.members + benchmark.members + model.members)
        }
    }
}
