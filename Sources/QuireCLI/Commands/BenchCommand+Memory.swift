import ArgumentParser
import Quire

extension BenchCommand {
    struct Memory: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "memory", abstract: "Measure what pages and sharing save.",
            discussion: """
                Generates with the model and counts block tables: what parallel sampling and beam search save by sharing \
                blocks, what the prefix cache brings, and what sharing brings where memory is short. With --trace it \
                replays the lengths of real requests instead, with a model that computes nothing, and reports unused \
                slots.
                """)

        @OptionGroup(title: "Engine") var engine: EngineFlags
        @Option(help: "A CSV file with columns ContextTokens and GeneratedTokens to replay.") var trace: String?
        @Option(help: "With --trace: tokens that the KV cache holds.") var cacheTokens = 262_144
        @Option(help: "Requests per measurement.") var requests = 32
        @Option(help: "Repetitions of what is timed; medians are reported.") var runs = 5
        @Option(help: "Tables to make: sharing, prefix, scarce. Default: all.") var table: [MemoryTable] = []
        @Option(help: "Draw the table of sharing as an SVG chart into this file.") var svg: String?

        func run() throws {
            let options = try engine.options()
            guard (1...100_000).contains(requests), (1...100).contains(runs), cacheTokens > 0 else {
                throw OptionError(
                    name: "--requests, --runs, --cache-tokens", value: "\(requests), \(runs), \(cacheTokens)",
                    expected: "1 to 100000, 1 to 100, and at least 1")
            }
            if let trace { return try replay(trace, options) }
            for (index, table) in (table.isEmpty ? MemoryTable.allCases : table).enumerated() {
                if index > 0 { Terminal.line() }
                switch table {
                case .sharing: try sharing(options)
                case .prefix: try prefix(options)
                case .scarce: try scarce(options)
                }
            }
        }

        private func sharing(_ options: EngineOptions) throws {
            let benchmark = SharingBenchmark(options: options, requests: requests)
            var table = Table(header: [
                "LENGTHS LIKE", "METHOD", "SEQUENCES", "BLOCKS SAVED", "THEY ALLOW", "LENGTHS ALLOW", "PAPER",
            ])
            var reports: [SharingBenchmark.Report] = []
            for lengths in [RequestLengths.alpaca, .shareGPT] {
                for method in SharingBenchmark.Method.allCases {
                    for sequences in [2, 4, 6] {
                        let report = try benchmark.run(lengths, method, sequences: sequences)
                        reports.append(report)
                        table.add([
                            lengths.name, method.rawValue, "\(sequences)", percent(report.saved),
                            percent(report.attainable), percent(report.bound), report.paper.map(percent) ?? "-",
                        ])
                    }
                }
            }
            Terminal.line(table.text)
            if let svg { try draw(reports, into: svg) }
        }

        private func draw(_ reports: [SharingBenchmark.Report], into path: String) throws {
            do {
                try SharingBenchmark.chart(reports).svg.write(toFile: path, atomically: true, encoding: .utf8)
            } catch {
                throw TraceError(path: path, problem: "cannot be written")
            }
        }

        private func prefix(_ options: EngineOptions) throws {
            let benchmark = PrefixBenchmark(options: options, requests: requests, runs: runs)
            var table = Table(header: ["EXAMPLES", "TOKENS", "CACHED TOKENS/S", "NOT CACHED", "RATIO", "PAPER"])
            for (name, tokens, paper) in [("1-shot", 80, 1.67), ("5-shot", 341, 3.58)] {
                let speed = try benchmark.run(prefix: tokens)
                table.add([
                    name, "\(tokens)", Format.fixed(speed.firstMedian, 0), Format.fixed(speed.secondMedian, 0),
                    Format.fixed(speed.ratio, 2), Format.fixed(paper, 2),
                ])
            }
            Terminal.line(table.text)
        }

        private func scarce(_ options: EngineOptions) throws {
            let speed = try ScarceMemoryBenchmark(options: options, requests: requests, runs: runs).run()
            var table = Table(header: ["BEAM WIDTH 4, LITTLE MEMORY", "TOKENS/S", "RATIO"])
            table.add(["blocks shared", Format.fixed(speed.firstMedian, 0), Format.fixed(speed.ratio, 2)])
            table.add(["blocks not shared", Format.fixed(speed.secondMedian, 0), ""])
            Terminal.line(table.text)
        }

        private func replay(_ path: String, _ options: EngineOptions) throws {
            let report = try MemoryBenchmark(
                trace: try RequestTrace(path: path), options: options, cacheTokens: cacheTokens
            ).run()
            Terminal.line("requests                \(report.requests), longest \(report.longest) tokens")
            Terminal.line(
                "steps                   \(report.steps), \(Format.fixed(report.meanRunning, 1)) requests at once")
            Terminal.line("preemptions             \(report.preemptions)")
            Terminal.line("block size              \(report.blockSize)")
            Terminal.line("empty slots, paged      \(percent(report.pagedWaste)) of those allocated")
            Terminal.line(
                "empty slots, reserved   \(percent(report.contiguousWaste)) with room for the longest request each")
        }

        private func percent(_ share: Double) -> String { Format.fixed(share * 100, 2) + " %" }
    }
}

/// What `quire bench memory` measures.
enum MemoryTable: String, ExpressibleByArgument, CaseIterable {
    case sharing
    case prefix
    case scarce
}
