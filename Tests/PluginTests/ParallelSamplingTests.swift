import QuireCore
import Testing

@Suite("Parallel sampling")
struct ParallelSamplingTests {
    static func run(_ params: SamplingParams) throws -> RequestOutput {
        let request = Request(id: 1, prompt: [1, 2, 3, 4, 5, 6], params: params, endTokens: [0])
        let output = try PluginEngine.serve(request, vocabularySize: 20) { token, position in
            (0..<20).map { Float((Int(token) * 7 + position * 3 + $0 * $0) % 11) / 4 }
        }
        return try #require(output)
    }

    @Test("completions of one prompt differ, are numbered from 0, and repeat with the seed")
    func completions() throws {
        let params = SamplingParams(n: 4, seed: 5, maxTokens: 12, ignoreEOS: true)
        let output = try Self.run(params)
        #expect(output.outputs.map(\.index) == [0, 1, 2, 3])
        #expect(Set(output.outputs.map(\.tokenIDs)).count == 4)
        #expect(output.outputs.allSatisfy { $0.tokenIDs.count == 12 })
        #expect(try Self.run(params).outputs == output.outputs)
        var other = params
        other.seed = 6
        #expect(try Self.run(other).outputs != output.outputs)
    }

    @Test("the first completions are the same however many are asked for")
    func prefixes() throws {
        let most = try Self.run(SamplingParams(n: 5, seed: 5, maxTokens: 10, logprobs: 2)).outputs
        for n in 1..<5 {
            #expect(
                try Self.run(SamplingParams(n: n, seed: 5, maxTokens: 10, logprobs: 2)).outputs
                    == most.prefix(n).map { $0 })
        }
    }

    @Test("greedy completions are all the same")
    func greedy() throws {
        let output = try Self.run(SamplingParams(n: 3, temperature: 0, maxTokens: 8))
        #expect(Set(output.outputs.map(\.tokenIDs)).count == 1 && output.outputs.count == 3)
    }

    @Test("log-probabilities add up where they are asked for, and asking changes no token")
    func cumulativeLogprobs() throws {
        for temperature in [0.0, 1.0] {
            var params = SamplingParams(temperature: temperature, seed: 1, maxTokens: 8, logprobs: 0)
            let told = try Self.run(params).outputs[0]
            let sum = try #require(told.logprobs).reduce(0) { $0 + $1.logprob }
            #expect(abs(try #require(told.cumulativeLogprob) - sum) < 1e-9)
            params.logprobs = nil
            let summed = try Self.run(params).outputs[0]
            #expect(summed.cumulativeLogprob == told.cumulativeLogprob && summed.logprobs == nil)
            params.cumulativeLogprob = false
            let silent = try Self.run(params).outputs[0]
            #expect(silent.tokenIDs == told.tokenIDs && silent.cumulativeLogprob == nil && silent.logprobs == nil)
        }
    }

    @Test("completions that end early leave the others alone")
    func earlyEnds() throws {
        let ending = try Self.run(SamplingParams(n: 8, seed: 2, maxTokens: 20)).outputs
        let whole = try Self.run(SamplingParams(n: 8, seed: 2, maxTokens: 20, ignoreEOS: true)).outputs
        #expect(Set(ending.map(\.tokenIDs.count)).count > 2, "the example needs completions of several lengths")
        for (short, long) in zip(ending, whole) {
            #expect(short.tokenIDs == Array(long.tokenIDs.prefix(short.tokenIDs.count)))
            #expect((short.finishReason == .stop) == (short.tokenIDs.last == 0))
        }
    }

    @Test("the prompt is run once for all")
    func sharedPrompt() throws {
        let output = try Self.run(SamplingParams(n: 4, seed: 5, maxTokens: 12, ignoreEOS: true))
        #expect(output.metrics.computedTokens == 6 + 4 * 11)
    }
}
