import ArgumentParser
import Foundation
import Quire
import QuireJSON
import QuireLoad

extension BenchCommand {
    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "serve", abstract: "Load an OpenAI-compatible server and measure how it serves.",
            discussion: """
                Prompts are random tokens of the server's own vocabulary, which POST /tokenize tells, as vLLM has it. \
                Without --request-rate all requests are there at once; --max-concurrency makes a closed loop of them; \
                --trace sends the requests of a trace at its times. Names and result are those of vllm bench serve.
                """)

        @Option(help: "Where the server is.") var baseUrl = "http://127.0.0.1:8000"
        @Option(help: "Name of the model. Default: the first that the server lists.") var model: String?
        @Option(help: "The server's key; or OPENAI_API_KEY in the environment.") var apiKey: String?
        @Option(parsing: .unconditional, help: "Requests.") var numPrompts = 100
        @Option(parsing: .unconditional, help: "Requests a second. Default: all at once.") var requestRate: Double?
        @Option(parsing: .unconditional, help: "1 is a Poisson process, less has bursts, more is even.")
        var burstiness = 1.0
        @Option(parsing: .unconditional, help: "Requests that run at once at most.") var maxConcurrency: Int?
        @Option(parsing: .unconditional, help: "Tokens of each prompt.") var randomInputLen = 64
        @Option(parsing: .unconditional, help: "Tokens of each answer.") var randomOutputLen = 32
        @Option(parsing: .unconditional, help: "How far lengths lie from these at most, as a share.")
        var randomRangeRatio = 0.0
        @Option(help: "A CSV file with TIMESTAMP, ContextTokens and GeneratedTokens.") var trace: String?
        @Option(parsing: .unconditional, help: "How many times as fast a trace is sent.") var traceSpeed = 1.0
        @Option(parsing: .unconditional, help: "Tokens of a trace's request at most; longer ones are cut.")
        var traceMaxLen: Int?
        @Flag(inversion: .prefixedNo, help: "Let answers go on to their length whatever they say.")
        var ignoreEos = true
        @Option(parsing: .unconditional, help: "Temperature of the requests.") var temperature = 0.0
        @Option(parsing: .unconditional, help: "Seed of arrivals and prompts.") var seed: UInt64 = 0
        @Option(help: "What counts as good: ttft:MS, tpot:MS or e2el:MS. Repeatable.") var goodput: [String] = []
        @Option(help: "Percentiles to report, with commas between.") var metricPercentiles = "50,90,99"
        @Option(help: "Write the result into this file, as JSON.") var outputJson: String?
        @Option(help: "Draw the latencies into this file, as SVG.") var svg: String?

        func run() async throws {
            let limits = try goodput.map(LoadReport.Limit.init)
            let percentiles = try percentiles()
            let file = try outputJson.map { try ResultFile(path: $0) }
            let test = LoadTest(
                baseURL: baseUrl.hasSuffix("/") ? String(baseUrl.dropLast()) : baseUrl, model: model,
                apiKey: apiKey ?? ProcessInfo.processInfo.environment["OPENAI_API_KEY"], plan: try plan(),
                maxConcurrency: maxConcurrency,
                fields: [("temperature", .double(temperature)), ("ignore_eos", .bool(ignoreEos))], seed: seed)
            let bar = ProgressLine()
            let total = test.plan.requests.count
            let report = try await test.run { bar?.show("\($0) of \(total) requests", isDone: $0 == total) }
            write(report, percentiles, limits)
            let setUp: [(String, JSONValue)] = [
                ("num_prompts", .int(total)), ("request_rate", requestRate.map(JSONValue.double) ?? .string("inf")),
                ("burstiness", .double(burstiness)), ("max_concurrency", maxConcurrency.map(JSONValue.int) ?? .null),
            ]
            try file?.write(report.members(percentiles: percentiles, limits: limits) + setUp)
            if let svg { try Data(report.svg.utf8).write(to: URL(fileURLWithPath: svg)) }
            if report.completed.isEmpty {
                throw LoadFailure(address: baseUrl, problem: report.failures.first ?? "nothing was sent")
            }
        }

        private func plan() throws -> LoadPlan {
            func require(_ isValid: Bool, _ name: String, _ value: Any, _ expected: String) throws(OptionError) {
                if !isValid { throw OptionError(name: name, value: "\(value)", expected: expected) }
            }
            try require((1...10_000_000).contains(numPrompts), "--num-prompts", numPrompts, "1 to 10000000")
            try require(requestRate ?? 1 > 0, "--request-rate", requestRate ?? 0, "a number above 0")
            try require(burstiness > 0, "--burstiness", burstiness, "a number above 0")
            try require(maxConcurrency ?? 1 >= 1, "--max-concurrency", maxConcurrency ?? 0, "at least 1")
            try require((1...1_000_000).contains(randomInputLen), "--random-input-len", randomInputLen, "1 to 1000000")
            try require(
                (1...1_000_000).contains(randomOutputLen), "--random-output-len", randomOutputLen, "1 to 1000000")
            try require((0...1).contains(randomRangeRatio), "--random-range-ratio", randomRangeRatio, "0 to 1")
            try require(traceSpeed > 0, "--trace-speed", traceSpeed, "a number above 0")
            try require(traceMaxLen ?? 2 >= 2, "--trace-max-len", traceMaxLen ?? 0, "at least 2")
            guard let trace else {
                return LoadPlan(
                    count: numPrompts, prompt: randomInputLen, output: randomOutputLen, spread: randomRangeRatio,
                    rate: requestRate ?? .infinity, burstiness: burstiness, seed: seed)
            }
            return LoadPlan(
                try RequestTrace(path: trace, withTimes: true), count: numPrompts, speed: traceSpeed, limit: traceMaxLen
            )
        }

        private func percentiles() throws(OptionError) -> [Double] {
            let values = metricPercentiles.split(separator: ",").map { Double($0) }
            guard !values.isEmpty, values.allSatisfy({ $0.map { (0...100).contains($0) } ?? false }) else {
                throw OptionError(
                    name: "--metric-percentiles", value: "'\(metricPercentiles)'", expected: "numbers from 0 to 100")
            }
            return values.compactMap(\.self)
        }

        private func write(_ report: LoadReport, _ percentiles: [Double], _ limits: [LoadReport.Limit]) {
            Terminal.line(
                "\(report.completed.count) requests in \(Format.fixed(report.seconds, 2)) s, \(report.failures.count) failed"
            )
            Terminal.line(
                "\(Format.fixed(report.requestThroughput, 2)) requests/s, "
                    + "\(Format.fixed(report.outputThroughput, 1)) generated tokens/s")
            if !limits.isEmpty {
                Terminal.line("\(Format.fixed(report.goodput(limits), 2)) requests/s keep the limits")
            }
            if let failure = report.failures.first {
                Terminal.line("the first failure: \(Terminal.printable(failure))")
            }
            var table = Table(header: ["MILLISECONDS", "MEAN"] + percentiles.map { "P\(Format.fixed($0, 0))" })
            for latency in report.latencies {
                let values = Percentiles(latency.values)
                table.add(
                    [latency.title, Format.fixed(values.mean, 2)] + percentiles.map { Format.fixed(values[$0], 2) })
            }
            Terminal.line(table.text)
        }
    }
}

/// A load test in which nothing was served.
private struct LoadFailure: UserError {
    let address: String
    let problem: String

    var kind: UserErrorKind { .unavailable }
    var description: String { "no request to \(address) was served: \(problem)" }
}
