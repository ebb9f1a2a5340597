import QuireCore
import QuireJSON

/// How fast many requests are served that are all there at once; results are those of `vllm bench throughput`.
public struct ThroughputBenchmark: Sendable {
    /// One request's prompt, and the tokens of each of its completions.
    public struct Request: Sendable, Equatable {
        public let prompt: [TokenID]
        public let outputLength: Int
    }

    private let requests: [Request]
    private let n: Int

    /// - Parameters:
    ///   - requests: at least one.
    ///   - n: completions per prompt.
    public init(_ requests: [Request], n: Int) {
        self.requests = requests
        self.n = n
    }

    /// Requests of one length, of random tokens.
    ///
    /// - Throws: `OptionError` for lengths that the model does not serve.
    public static func random(
        _ count: Int, inputLength: Int, outputLength: Int, for model: MeasuredModel
    ) throws(OptionError) -> [Request] {
        try model.check(inputLength: inputLength, outputLength: outputLength)
        return (0..<count).map {
            Request(prompt: model.randomPrompt(inputLength, number: $0), outputLength: outputLength)
        }
    }

    public struct Report: Sendable {
        /// Seconds from submitting the requests to the last one's end.
        public let elapsedTime: Double
        public let requests: Int
        public let promptTokens: Int
        public let generatedTokens: Int
        public let preemptions: Int
        public let speeds: Speeds

        public var requestsPerSecond: Double { Double(requests) / elapsedTime }
        public var tokensPerSecond: Double { Double(promptTokens + generatedTokens) / elapsedTime }
        public var outputTokensPerSecond: Double { Double(generatedTokens) / elapsedTime }

        /// As `vllm bench throughput` writes it, and what else is known of the run.
        package var members: [(String, JSONValue)] {
            [
                ("elapsed_time", .double(elapsedTime)), ("num_requests", .int(requests)),
                ("total_num_tokens", .int(promptTokens + generatedTokens)),
                ("requests_per_second", .double(requestsPerSecond)),
                ("tokens_per_second", .double(tokensPerSecond)),
                ("output_tokens_per_second", .double(outputTokensPerSecond)),
                ("num_prompt_tokens", .int(promptTokens)), ("num_generated_tokens", .int(generatedTokens)),
                ("num_preemptions", .int(preemptions)),
            ] + speeds.members
        }
    }

    /// - Throws: `PromptError` for a request that cannot be served.
    public func run(on model: MeasuredModel) throws -> Report {
        let result = try model.run(
            requests.map(\.prompt), requests.map { .benchmark(n: n, outputLength: $0.outputLength) })
        return Report(
            elapsedTime: result.time, requests: requests.count,
            promptTokens: requests.reduce(0) { $0 + $1.prompt.count },
            generatedTokens: result.outputs.reduce(0) { $0 + $1.outputs.reduce(0) { $0 + $1.tokenIDs.count } },
            preemptions: result.outputs.reduce(0) { $0 + $1.metrics.preemptions },
            speeds: Speeds([result.steps], timesToFirstToken: result.outputs.map(\.metrics.timeToFirstToken)))
    }
}
