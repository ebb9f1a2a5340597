import LogitsProcessors
import QuireCore
import Testing

@Suite("Logits processors")
struct LogitsProcessorTests {
    /// Applies the processor that a request's parameters ask for, if any.
    static func apply<Processor: LogitsProcessor>(
        _ type: Processor.Type, _ params: SamplingParams, logits: [Float], prompt: [TokenID] = [0],
        generated: [TokenID] = [], badWords: [[TokenID]] = []
    ) throws -> [Float]? {
        let request = Request(id: 1, prompt: prompt, params: params, badWords: badWords)
        guard let processor = try Processor.make(for: request) else { return nil }
        var result = logits
        try result.withUnsafeMutableBufferPointer {
            try processor.apply(to: $0, prompt: prompt, generated: (prompt + generated)[prompt.count...])
        }
        return result
    }

    static let logits: [Float] = [1, -1, 2, -2, 0.5]

    @Test("a request that asks for nothing gets no processor")
    func none() throws {
        #expect(try Self.apply(Penalties.self, SamplingParams(), logits: Self.logits) == nil)
        #expect(try Self.apply(LogitBias.self, SamplingParams(), logits: Self.logits) == nil)
        #expect(try Self.apply(AllowedTokens.self, SamplingParams(), logits: Self.logits) == nil)
        #expect(try Self.apply(BadWords.self, SamplingParams(), logits: Self.logits) == nil)
    }

    @Test("allowed tokens keep their logits, all others lose them")
    func allowed() throws {
        let result = try Self.apply(
            AllowedTokens.self, SamplingParams(allowedTokenIDs: [1, 4, 1]), logits: Self.logits)
        #expect(result == [-.infinity, -1, -.infinity, -.infinity, 0.5])
    }

    @Test("biases are added")
    func bias() throws {
        let result = try Self.apply(LogitBias.self, SamplingParams(logitBias: [0: 2.5, 3: -100]), logits: Self.logits)
        #expect(result == [3.5, -1, 2, -102, 0.5])
    }

    @Test("the last token of a bad word is forbidden where those before it are there")
    func badWords() throws {
        let words: [[TokenID]] = [[4], [1, 2], [1, 2, 3]]
        func forbidden(_ generated: [TokenID]) throws -> [Int] {
            let result = try Self.apply(
                BadWords.self, SamplingParams(), logits: Self.logits, prompt: [1], generated: generated, badWords: words
            )
            return (result ?? []).indices.filter { result?[$0] == -.infinity }
        }
        #expect(try forbidden([]) == [4], "the prompt does not count")
        #expect(try forbidden([1]) == [2, 4])
        #expect(try forbidden([1, 2]) == [3, 4])
        #expect(try forbidden([2, 1]) == [2, 4])
    }

    @Test("penalties agree with their definition, token by token", arguments: 0..<200)
    func penalties(seed: Int) throws {
        var random = RandomSource(seed: UInt64(seed), position: 0)
        func number(_ low: Double, _ high: Double) -> Double { low + (high - low) * random.unit() }
        func tokens(_ count: Int) -> [TokenID] { (0..<count).map { _ in TokenID(random.next() % 12) } }
        let params = SamplingParams(
            presencePenalty: number(-2, 2), frequencyPenalty: number(-2, 2), repetitionPenalty: number(0.5, 2))
        let logits = (0..<12).map { _ in Float(number(-5, 5)) }
        let prompt = tokens(Int(random.next() % 8) + 1)
        let generated = tokens(Int(random.next() % 8))
        let result = try #require(
            try Self.apply(Penalties.self, params, logits: logits, prompt: prompt, generated: generated))
        for token in 0..<12 {
            var expected = Double(logits[token])
            let id = TokenID(token)
            if prompt.contains(id) || generated.contains(id) {
                expected = expected > 0 ? expected / params.repetitionPenalty : expected * params.repetitionPenalty
            }
            let count = generated.count { $0 == id }
            expected -= params.frequencyPenalty * Double(count)
            if count > 0 { expected -= params.presencePenalty }
            #expect(abs(Double(result[token]) - expected) < 1e-5)
        }
    }

    @Test("they apply in vLLM's order")
    func order() {
        let orders = [AllowedTokens.order, BadWords.order, MinTokens.order, LogitBias.order, Penalties.order]
        #expect(orders == orders.sorted() && Set(orders).count == 5)
    }
}
