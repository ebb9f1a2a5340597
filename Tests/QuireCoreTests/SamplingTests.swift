import QuireCore
import Testing

@Suite("Sampling parameters and reports")
struct SamplingTests {
    /// A parameter that cannot be, and how its complaint begins.
    static let mistakes: [(SamplingParams, String)] = [
        (SamplingParams(n: 0), "n is 0"), (SamplingParams(n: 1_025), "n is 1025"),
        (SamplingParams(temperature: -0.1), "temperature is -0.1"), (SamplingParams(temperature: .nan), "temperature"),
        (SamplingParams(temperature: .infinity), "temperature"), (SamplingParams(topP: 0), "top_p is 0"),
        (SamplingParams(topP: 1.1), "top_p is 1.1"), (SamplingParams(topP: .nan), "top_p"),
        (SamplingParams(topK: -2), "top_k is -2"), (SamplingParams(minP: -0.5), "min_p"),
        (SamplingParams(minP: 2), "min_p is 2"), (SamplingParams(maxTokens: 0), "max_tokens is 0"),
        (SamplingParams(maxTokens: 4, minTokens: 5), "min_tokens is 5"), (SamplingParams(minTokens: -1), "min_tokens"),
        (SamplingParams(stop: ["a", ""]), "stop is \"\""),
        (SamplingParams(stopTokenIDs: [100]), "stop_token_ids is 100"),
        (SamplingParams(stopTokenIDs: [-1]), "stop_token_ids"), (SamplingParams(logprobs: -1), "logprobs is -1"),
        (SamplingParams(logprobs: 101), "logprobs is 101"), (SamplingParams(promptLogprobs: 101), "prompt_logprobs"),
    ]

    @Test("a parameter out of range is named with its value", arguments: mistakes)
    func mistake(params: SamplingParams, says: String) {
        #expect { try params.validate(vocabularySize: 100) } throws: { "\($0)".hasPrefix(says) }
    }

    @Test("the defaults and the limits are valid")
    func valid() throws {
        try SamplingParams().validate(vocabularySize: 100)
        try SamplingParams(n: 1_024, topP: 1, topK: -1, minP: 1, maxTokens: nil, logprobs: 100)
            .validate(vocabularySize: 100)
    }

    @Test("random numbers are even, and unrelated between seeds, branches and positions")
    func randomSource() {
        var buckets = Array(repeating: 0, count: 16)
        var last = 0.0
        var product = 0.0
        let count = 64_000
        for index in 0..<count {
            var source = RandomSource(seed: UInt64(index % 4), branch: index / 4 % 10, position: index / 40)
            let value = source.unit()
            #expect(value >= 0 && value < 1)
            buckets[Int(value * 16)] += 1
            product += (value - 0.5) * (last - 0.5)
            last = value
        }
        let expected = Double(count) / 16
        let chiSquare = buckets.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
        // 15 degrees of freedom: above 44 once in ten thousand.
        #expect(chiSquare < 44)
        #expect(abs(product / Double(count)) < 0.002)
    }

    @Test("a request gets log-probabilities, ranks and the best tokens of the model's own distribution")
    func logprobs() throws {
        let context = try Parts.context()
        let engine = Engine(
            model: HashingModel(blocks: 8, blockSize: 16, context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxModelLength: 64), totalBlocks: 8, blockSize: 16, context: context)
        let params = SamplingParams(temperature: 0, maxTokens: 3, ignoreEOS: true, logprobs: 50, promptLogprobs: 50)
        try engine.add(Request(id: 1, prompt: [4, 5, 6], params: params))
        var output: RequestOutput?
        while engine.hasUnfinishedRequests { output = try engine.step().first?.result?.get() ?? output }
        let completion = try #require(output?.outputs.first)
        var sum = 0.0
        for entry in try #require(completion.logprobs) {
            #expect(entry.rank == 1 && entry.top.first?.token == entry.token)
            #expect(entry.top.map(\.logprob) == entry.top.map(\.logprob).sorted(by: >))
            let total = entry.top.reduce(0.0) { $0 + exponential($1.logprob) }
            #expect(abs(total - 1) < 1e-6, "all probabilities together are 1")
            sum += entry.logprob
        }
        #expect(abs(sum - completion.cumulativeLogprob) < 1e-12)
        for entry in try #require(output?.promptLogprobs).dropFirst() {
            let entry = try #require(entry)
            #expect(entry.top.firstIndex { $0.token == entry.token } == entry.rank - 1)
        }
    }

    /// e^x, without any library: a Taylor series after halving.
    private func exponential(_ x: Double) -> Double {
        let small = x / 1_024
        var term = 1.0
        var sum = 1.0
        for index in 1..<20 {
            term *= small / Double(index)
            sum += term
        }
        for _ in 0..<10 { sum *= sum }
        return sum
    }
}
