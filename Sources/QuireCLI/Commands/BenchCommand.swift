import ArgumentParser
import Quire

/// `quire bench`: measurements.
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure the engine.", subcommands: [Memory.self, Scheduler.self, Stall.self])

    struct Memory: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "memory",
            abstract: "Replay request lengths through the scheduler and the block pool, and report unused slots.")

        @Option(help: "A CSV file with columns ContextTokens and GeneratedTokens.") var trace: String
        @Option(help: "Tokens per KV block.") var blockSize = 16
        @Option(help: "Sequences that run at once at most.") var maxNumSeqs = 256
        @Option(help: "Tokens per step at most.") var maxNumBatchedTokens = 2_048
        @Option(help: "Tokens that the KV cache holds.") var cacheTokens = 262_144

        func run() throws {
            var options = EngineOptions()
            options.blockSize = blockSize
            options.maxSequences = maxNumSeqs
            options.maxBatchedTokens = maxNumBatchedTokens
            try options.validate()
            guard cacheTokens > 0 else {
                throw OptionError(name: "--cache-tokens", value: "\(cacheTokens)", expected: "at least 1")
            }
            let report = try MemoryBenchmark(
                trace: try RequestTrace(path: trace), options: options, cacheTokens: cacheTokens
            ).run()
            func percent(_ share: Double) -> String { Format.fixed(share * 100, 2) + " %" }
            Terminal.line("requests                \(report.requests), longest \(report.longest) tokens")
            Terminal.line(
                "steps                   \(report.steps), \(Format.fixed(report.meanRunning, 1)) requests at once")
            Terminal.line("preemptions             \(report.preemptions)")
            Terminal.line("block size              \(report.blockSize)")
            Terminal.line("empty slots, paged      \(percent(report.pagedWaste)) of those allocated")
            Terminal.line(
                "empty slots, reserved   \(percent(report.contiguousWaste)) with room for the longest request each")
        }
    }

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
