import QuireCore

/// What the prefix cache brings where requests begin with the same examples.
public struct PrefixBenchmark {
    private let options: EngineOptions
    private let requests: Int
    private let runs: Int

    /// Tokens that a request adds to the examples, and tokens that it generates.
    private static let own = 32

    /// - Parameters:
    ///   - requests: at once.
    ///   - runs: with and without the cache, in turn.
    public init(options: EngineOptions, requests: Int, runs: Int) {
        self.options = options
        self.requests = requests
        self.runs = runs
    }

    /// Generated tokens per second with the cache and without; the examples are new in each run and computed in it.
    ///
    /// - Parameter prefix: tokens of the examples.
    public func run(prefix: Int) throws -> SpeedComparison {
        var (on, off) = (options, options)
        on.enablePrefixCaching = true
        off.enablePrefixCaching = false
        let text = try BenchmarkText(for: try LLM(on))
        return try SpeedComparison(runs: runs, try LLM(on), try LLM(off)) { llm, run in
            let examples = text.prompt(prefix, number: run)
            let prompts = (0..<requests).map { index in
                Prompt.tokens(examples + text.prompt(Self.own, number: 1_000 + run * requests + index))
            }
            let outputs = try llm.generate(
                prompts, SamplingParams(temperature: 0, maxTokens: Self.own, ignoreEOS: true), showsProgress: false)
            return outputs.reduce(0) { $0 + ($1.outputs.first?.tokenIDs.count ?? 0) }
        }
    }
}
