import ArgumentParser
import Quire

/// `quire bench`: measurements.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure the engine.",
        subcommands: [
            Latency.self, Throughput.self, Memory.self, Scheduler.self, Stall.self, Serve.self, Tokenizer.self,
        ])

    struct Scheduler: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "scheduler", abstract: "Measure a step's bookkeeping with a model that computes nothing.")

        @Option(help: "Numbers of running requests, such as 250,500,1000.") var requests = "250,500,1000,2000,4000"
        @Option(help: "Steps to measure.") var steps = 200

        func run() throws {
            let counts = requests.split(separator: ",").compactMap { Int($0) }
            guard !counts.isEmpty, counts.allSatisfy({ (1...65_536).contains($0) }) else {
                throw OptionError(name: "--requests", value: requests, expected: "numbers from 1 to 65536")
            }
            guard (1...100_000).contains(steps) else {
                throw OptionError(name: "--steps", value: "\(steps)", expected: "1 to 100000")
            }
            var table = Table(header: ["RUNNING", "BOOKKEEPING MS", "US PER REQUEST", "WHOLE STEP MS"])
            for row in try SchedulerBenchmark(counts: counts, steps: steps).run() {
                table.add([
                    "\(row.requests)", Format.fixed(row.scheduleMilliseconds, 3),
                    Format.fixed(row.scheduleMilliseconds * 1_000 / Double(row.requests), 3),
                    Format.fixed(row.stepMilliseconds, 3),
                ])
            }
            Terminal.line(table.text)
        }
    }
}
