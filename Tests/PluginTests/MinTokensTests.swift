import QuireCore
import LogitsProcessors
import Testing

@Suite("min_tokens")
struct MinTokensTests {
    static func request(_ params: SamplingParams, endTokens: Set<TokenID> = [2]) -> Request {
        Request(id: 1, prompt: [1], params: params, endTokens: endTokens)
    }

    /// Always likes token 2 best, then 3, then 1.
    static func run(_ params: SamplingParams, endTokens: Set<TokenID> = [2]) throws -> CompletionOutput? {
        let request = request(params, endTokens: endTokens)
        return try PluginEngine.serve(request, vocabularySize: 5) { _, _ in [0, 1, 3, 2, 0] }?.outputs.first
    }

    @Test("is made only for requests that need it")
    func making() {
        #expect(MinTokens.make(for: Self.request(SamplingParams())) == nil)
        #expect(MinTokens.make(for: Self.request(SamplingParams(minTokens: 2), endTokens: [])) == nil)
        #expect(MinTokens.make(for: Self.request(SamplingParams(minTokens: 2))) != nil)
        #expect(
            MinTokens.make(for: Self.request(SamplingParams(minTokens: 2, stopTokenIDs: [4]), endTokens: [])) != nil)
    }

    @Test("forbids end and stop tokens until there are enough, and leaves the others alone")
    func application() throws {
        let params = SamplingParams(minTokens: 2, stopTokenIDs: [0, 3])
        let processor = try #require(MinTokens.make(for: Self.request(params)))
        for count in 0..<4 {
            var row: [Float] = [1, 2, 3, 4, 5]
            row.withUnsafeMutableBufferPointer {
                let generated: [TokenID] = Array(repeating: 1, count: count)
                processor.apply(to: $0, prompt: [1], generated: generated[...])
            }
            #expect(row == (count < 2 ? [-.infinity, 2, -.infinity, -.infinity, 5] : [1, 2, 3, 4, 5]))
        }
    }

    @Test("a completion ends at its end token only once it is long enough")
    func ending() throws {
        let none = try #require(try Self.run(SamplingParams(temperature: 0, maxTokens: 9)))
        #expect(none.tokenIDs == [2] && none.finishReason == .stop && none.stopReason == nil)
        let three = try #require(try Self.run(SamplingParams(temperature: 0, maxTokens: 9, minTokens: 3)))
        #expect(three.tokenIDs == [3, 3, 3, 2] && three.finishReason == .stop)
        let all = try #require(try Self.run(SamplingParams(temperature: 0, maxTokens: 4, minTokens: 4)))
        #expect(all.tokenIDs == [3, 3, 3, 3] && all.finishReason == .length)
    }

    @Test("stop tokens are forbidden too, and reported log-probabilities are the model's own")
    func stopTokens() throws {
        let params = SamplingParams(temperature: 0, maxTokens: 9, minTokens: 2, stopTokenIDs: [3], logprobs: 1)
        let output = try #require(try Self.run(params))
        #expect(output.tokenIDs == [1, 1, 2])
        #expect(output.logprobs?.map(\.rank) == [3, 3, 1])
        #expect(output.logprobs?.allSatisfy { $0.top.first?.token == 2 } == true)
    }

    @Test("a request that may choose nothing else is told so")
    func nothingLeft() throws {
        let params = SamplingParams(temperature: 0, maxTokens: 9, minTokens: 2, stopTokenIDs: [0, 1, 3, 4])
        #expect(throws: RequestError.everythingForbidden) { try Self.run(params) }
    }
}
