import QuireCore
import Testing

@Suite("The parts that the documentation builds")
struct ExamplePartTests {
    static func serve(_ params: SamplingParams) throws -> RequestOutput {
        let request = Request(id: 1, prompt: [1, 2, 3], params: params, endTokens: [0])
        let output = try PluginEngine.serve(request, vocabularySize: 6, plugins: [ExamplePlugin.self]) { token, _ in
            (0..<6).map { Float((Int(token) * 5 + $0 * 3) % 7) / 2 }
        }
        return try #require(output)
    }

    @Test("no run of tokens comes twice where that is asked for", arguments: [2, 3])
    func runs(size: Int) throws {
        func hasRepeats(_ tokens: [TokenID]) -> Bool {
            let runs = (0...(tokens.count - size)).map { Array(tokens[$0..<($0 + size)]) }
            return Set(runs).count < runs.count
        }
        let plain = SamplingParams(temperature: 0, maxTokens: 20, ignoreEOS: true)
        #expect(hasRepeats(try Self.serve(plain).outputs[0].tokenIDs))
        var params = plain
        params.extraArguments["no_repeat_ngram_size"] = "\(size)"
        #expect(!hasRepeats(try Self.serve(params).outputs[0].tokenIDs))
        params.extraArguments["no_repeat_ngram_size"] = "one"
        #expect(throws: RequestError.self) { _ = try Self.serve(params) }
    }

    @Test("the best of many are the likeliest of them")
    func bestOf() throws {
        let many = SamplingParams(n: 12, seed: 3, maxTokens: 15, logprobs: 0)
        let all = try Self.serve(many).outputs.map { try #require($0.cumulativeLogprob) }.sorted(by: >)
        var params = SamplingParams(n: 3, seed: 3, maxTokens: 15, decodingStrategy: "best-of")
        params.extraArguments["best_of"] = "12"
        let best = try Self.serve(params).outputs
        #expect(best.count == 3 && best.map(\.index) == [0, 1, 2])
        #expect(best.map { $0.score ?? 0 } == best.map { $0.score ?? 0 }.sorted(by: >))
        let sums = try best.map { try #require($0.cumulativeLogprob) }
        #expect(zip(best, sums).allSatisfy { abs(($0.score ?? 0) - $1) < 1e-12 })
        #expect(sums[0] >= all[all.count / 2])
        params.extraArguments["best_of"] = "2"
        #expect(throws: RequestError.self) { _ = try Self.serve(params) }
    }
}
