import QuireCore

/// Beam search where KV memory is short, with blocks shared and with blocks of its own for each beam.
public struct ScarceMemoryBenchmark {
    private let options: EngineOptions
    private let runs: Int
    private let requests: Int

    static let width = 4
    static let prompt = 160
    static let answer = 96

    /// - Parameters:
    ///   - requests: that wait together.
    ///   - runs: with and without sharing, in turn.
    public init(options: EngineOptions, requests: Int, runs: Int) {
        self.options = options
        self.requests = requests
        self.runs = runs
    }

    /// Computed tokens per second, sharing and not. The cache holds one request whose beams share nothing.
    public func run() throws -> SpeedComparison {
        var shared = options
        let plan = try LLM.plan(options).plan
        let blocksPerSequence = plan.windows.mostBlocks(tokens: Self.prompt + Self.answer)
        shared.kvCacheMemory = Self.width * blocksPerSequence * plan.bytesPerBlock
        shared.enablePrefixCaching = false
        var own = shared
        own.blockSharing = false
        let text = try BenchmarkText(for: try LLM(shared))
        return try SpeedComparison(runs: runs, try LLM(shared), try LLM(own)) { llm, run in
            let prompts = (0..<requests).map {
                Prompt.tokens(text.prompt(Self.prompt, number: run * requests + $0))
            }
            let params = SamplingParams(
                n: 1, temperature: 0, maxTokens: Self.answer, ignoreEOS: true, beamWidth: Self.width)
            _ = try llm.generate(prompts, params, showsProgress: false)
            // What the search asks for, however often preemption makes it compute it again.
            return requests * (Self.prompt + Self.width * (Self.answer - 1))
        }
    }
}
