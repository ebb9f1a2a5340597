import ArgumentParser
import Quire

extension BenchCommand {
    struct Throughput: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "throughput", abstract: "Measure how fast many requests are served that are there at once.",
            discussion: """
                Requests are random tokens of one length, or conversations from a file in ShareGPT's layout. Options \
                and result are those of vllm bench throughput.
                """)

        @OptionGroup(title: "Engine") var engine: EngineFlags
        @OptionGroup(title: "Random model") var random: RandomModelFlags
        @Option(help: "random, or sharegpt. Default: sharegpt with --dataset-path, else random.")
        var datasetName: DatasetName?
        @Option(help: "A file of conversations: a JSON list of {\"conversations\": [{\"value\": …}, …]}.")
        var datasetPath: String?
        @Option(parsing: .unconditional, help: "Tokens of each random prompt. Default: 1024.") var inputLen: Int?
        @Option(
            parsing: .unconditional,
            help: "Tokens of each completion. Default: 128, and with a file the length of its answers.")
        var outputLen: Int?
        @Option(
            name: .customLong("n"), parsing: .unconditional,
            help: "Completions per prompt; several are drawn, one is greedy.")
        var n = 1
        @Option(parsing: .unconditional, help: "Requests.") var numPrompts = 1_000
        @Option(help: "Write the result into this file, as JSON.") var outputJson: String?

        func run() throws {
            guard (1...1_000_000).contains(numPrompts) else {
                throw OptionError(name: "--num-prompts", value: "\(numPrompts)", expected: "1 to 1000000")
            }
            let name = datasetName ?? (datasetPath == nil ? .random : .sharegpt)
            let conversations = try conversations(name)
            let file = try outputJson.map { try ResultFile(path: $0) }
            let model = try random.load(engine.options())
            let requests =
                try conversations?.requests(numPrompts, outputLength: outputLen, for: model)
                ?? ThroughputBenchmark.random(
                    numPrompts, inputLength: inputLen ?? 1_024, outputLength: outputLen ?? 128, for: model)
            let report = try ThroughputBenchmark(requests, n: n).run(on: model)
            Terminal.line(
                "throughput              \(Format.fixed(report.requestsPerSecond, 2)) requests/s, "
                    + "\(Format.fixed(report.tokensPerSecond, 2)) tokens/s, "
                    + "\(Format.fixed(report.outputTokensPerSecond, 2)) of them generated")
            Terminal.line(
                "requests                \(report.requests) in \(Format.fixed(report.elapsedTime, 2)) s: "
                    + "\(report.promptTokens) tokens of prompts, \(report.generatedTokens) generated")
            SpeedTable(report.speeds, model).write()
            try file?.write(
                report.members + [("dataset_name", .string(name.rawValue)), ("n", .int(n))] + model.members)
        }

        private func conversations(_ name: DatasetName) throws -> ConversationFile? {
            switch (name, datasetPath) {
            case (.random, nil): return nil
            case (.random, let path?):
                throw OptionError(
                    name: "--dataset-path", value: "'\(path)' beside --dataset-name random",
                    expected: "a file only with --dataset-name sharegpt")
            case (.sharegpt, nil):
                throw OptionError(
                    name: "--dataset-path", value: "not given", expected: "a file of conversations for sharegpt")
            case (.sharegpt, let path?):
                if let inputLen {
                    throw OptionError(
                        name: "--input-len", value: "\(inputLen) beside --dataset-name sharegpt",
                        expected: "nothing: prompts are the file's")
                }
                return try ConversationFile(path: path)
            }
        }
    }
}

/// Where requests come from.
enum DatasetName: String, ExpressibleByArgument, CaseIterable {
    case random
    case sharegpt
}
