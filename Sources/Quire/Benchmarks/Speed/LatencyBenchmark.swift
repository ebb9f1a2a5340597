import QuireCore
import QuireJSON

/// How long one batch of requests takes that arrive together; names, defaults and results are those of
/// `vllm bench latency`.
public struct LatencyBenchmark: Sendable {
    /// Tokens of each prompt, which are random and new in each run.
    public var inputLength = 32
    /// Tokens of each completion.
    public var outputLength = 128
    public var batchSize = 8
    /// Completions per prompt, or beams.
    public var n = 1
    public var usesBeamSearch = false
    /// Runs before those that count.
    public var warmups = 10
    public var iterations = 30

    public init() {}

    public struct Report: Sendable {
        /// Seconds from submitting a batch to its last token, of each run.
        public let latencies: [Double]
        public let speeds: Speeds

        /// As `vllm bench latency` writes it, and what else is known of the runs.
        package var members: [(String, JSONValue)] {
            let percentiles = Percentiles(latencies)
            return [
                ("avg_latency", .double(percentiles.mean)),
                ("latencies", .array(latencies.map(JSONValue.double))),
                ("percentiles", .members(Percentiles.reported.map { ("\($0)", .double(percentiles[Double($0)])) })),
            ] + speeds.members
        }
    }

    /// The settings, by the options' names.
    package var members: [(String, JSONValue)] {
        [
            ("input_len", .int(inputLength)), ("output_len", .int(outputLength)), ("batch_size", .int(batchSize)),
            ("n", .int(n)), ("use_beam_search", .bool(usesBeamSearch)), ("num_iters_warmup", .int(warmups)),
            ("num_iters", .int(iterations)),
        ]
    }

    /// - Parameter onRun: is told of the runs that are done, those of the warm-up included.
    /// - Throws: `OptionError` for a setting out of range, `RequestError` and `PromptError` for what cannot be served.
    public func run(on model: MeasuredModel, onRun: (Int) -> Void = { _ in }) throws -> Report {
        try model.check(inputLength: inputLength, outputLength: outputLength)
        for (name, value, range) in [
            ("--batch-size", batchSize, 1...65_536), ("--num-iters-warmup", warmups, 0...1_000_000),
            ("--num-iters", iterations, 1...1_000_000),
        ] where !range.contains(value) {
            throw OptionError(name: name, value: "\(value)", expected: "\(range.lowerBound) to \(range.upperBound)")
        }
        let params = SamplingParams.benchmark(n: n, outputLength: outputLength, usesBeamSearch: usesBeamSearch)
        var latencies: [Double] = []
        var steps: [StepTally.Totals] = []
        var firstTokens: [Double] = []
        for run in 0..<(warmups + iterations) {
            let prompts = (0..<batchSize).map { model.randomPrompt(inputLength, number: run * batchSize + $0) }
            let result = try model.run(prompts, Array(repeating: params, count: batchSize))
            if run >= warmups {
                latencies.append(result.time)
                steps.append(result.steps)
                firstTokens += result.outputs.map(\.metrics.timeToFirstToken)
            }
            onRun(run + 1)
        }
        return Report(latencies: latencies, speeds: Speeds(steps, timesToFirstToken: firstTokens))
    }
}

extension SamplingParams {
    /// As many tokens as asked for, whatever they are. Greedy samples would all be the same one, so several are drawn.
    static func benchmark(n: Int, outputLength: Int, usesBeamSearch: Bool = false) -> SamplingParams {
        SamplingParams(
            n: n, temperature: n > 1 && !usesBeamSearch ? 1 : 0, maxTokens: outputLength, ignoreEOS: true,
            cumulativeLogprob: false,
            beamWidth: usesBeamSearch ? n : nil)
    }
}
