import Quire

/// What the server counts and measures.
public final class ServerMetrics: Sendable {
    let promptTokens = Counter()
    let generationTokens = Counter()
    /// Tokens of prompts that were looked for in the cache, and those that were found.
    let cacheQueries = Counter()
    let cacheHits = Counter()
    let requests = Counter()
    let stopped = Counter()
    let reachedLength = Counter()
    let aborted = Counter()

    /// Seconds.
    let timeToFirstToken = Histogram([
        0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640,
        2_560,
    ])
    let interTokenLatency = Histogram([
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40,
        80,
    ])
    let endToEndLatency = Histogram([
        0.03, 0.1, 0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1_920, 7_680,
    ])
    let stepTime = Histogram([
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
    ])
    /// Tokens.
    let requestPromptTokens = Histogram(tokenBounds)
    let requestGenerationTokens = Histogram(tokenBounds)
    let iterationTokens = Histogram([1, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384])
    let maxTokensAsked = Histogram(tokenBounds)
    /// Completions.
    let completionsAsked = Histogram([1, 2, 5, 10, 20])

    private static let tokenBounds: [Double] = [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000,
    ]

    public init() {}

    /// Called on the engine's thread after every step.
    public func stepEnded(_ timing: StepTiming) {
        stepTime.observe(timing.total)
        iterationTokens.observe(Double(timing.promptTokens + timing.decodedTokens))
    }

    func requestsBegan(_ prompts: Int, _ params: SamplingParams) {
        requests.add(prompts)
        for _ in 0..<prompts {
            completionsAsked.observe(Double(params.n))
            if let limit = params.maxTokens { maxTokensAsked.observe(Double(limit)) }
        }
    }

    func requestEnded(_ output: RequestOutput, seconds: Double) {
        let generated = output.outputs.reduce(0) { $0 + $1.tokenIDs.count }
        promptTokens.add(output.promptTokenIDs.count)
        cacheQueries.add(output.promptTokenIDs.count)
        cacheHits.add(output.metrics.cachedTokens)
        endToEndLatency.observe(seconds)
        requestPromptTokens.observe(Double(output.promptTokenIDs.count))
        requestGenerationTokens.observe(Double(generated))
        // Of a request with several completions the first one tells, as in vLLM.
        (output.outputs.first?.finishReason == .length ? reachedLength : stopped).add()
    }

    func requestFailed(tokens: Int) {
        aborted.add()
        requestGenerationTokens.observe(Double(tokens))
    }
}
