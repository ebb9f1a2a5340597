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
        (SamplingParams(presencePenalty: 2.5), "presence_penalty is 2.5"),
        (SamplingParams(frequencyPenalty: .nan), "frequency_penalty"),
        (SamplingParams(repetitionPenalty: 0), "repetition_penalty is 0"),
        (SamplingParams(logitBias: [100: 1]), "logit_bias is 100"),
        (SamplingParams(logitBias: [1: .infinity]), "logit_bias is 1: inf"),
        (SamplingParams(allowedTokenIDs: []), "allowed_token_ids is []"),
        (SamplingParams(allowedTokenIDs: [-1]), "allowed_token_ids is -1"),
        (SamplingParams(badWords: [""]), "bad_words is \"\""),
        (SamplingParams(truncatePromptTokens: 0), "truncate_prompt_tokens is 0"),
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

    @Test("random numbers are even, and unrelated between seeds and positions")
    func randomSource() {
        var buckets = Array(repeating: 0, count: 16)
        var last = 0.0
        var product = 0.0
        let count = 64_000
        for index in 0..<count {
            var source = RandomSource(seed: UInt64(index % 40), position: index / 40)
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

    @Test("the first number of neighbouring seeds or positions is as even as any, and bits do not repeat")
    func neighbours() {
        let ways: [(String, (Int) -> RandomSource)] = [
            ("seeds", { RandomSource(seed: UInt64($0), position: 0) }),
            ("positions", { RandomSource(seed: 1, position: $0) }),
        ]
        for (name, make) in ways {
            var ones = Array(repeating: 0, count: 64)
            var flips = 0
            var seen: Set<UInt64> = []
            var last: UInt64 = 0
            for index in 0..<4_000 {
                var source = make(index)
                let bits = source.next()
                for bit in 0..<64 where bits >> UInt64(bit) & 1 == 1 { ones[bit] += 1 }
                if index > 0 { flips += (bits ^ last).nonzeroBitCount }
                last = bits
                seen.insert(bits)
                seen.insert(source.next())
            }
            #expect(seen.count == 8_000, "\(name)")
            // Five deviations of 4,000 coins.
            #expect(ones.allSatisfy { abs($0 - 2_000) < 160 }, "\(name)")
            #expect(abs(Double(flips) / 3_999 - 32) < 0.5, "\(name)")
        }
        var one = RandomSource(seed: 2, position: 3)
        var same = RandomSource(seed: 2, position: 3)
        var swapped = RandomSource(seed: 3, position: 2)
        #expect(one.next() == same.next() && one.next() != swapped.next())
    }

    @Test("a request gets log-probabilities, ranks and the best tokens of the model's own distribution")
    func logprobs() throws {
        let context = try Parts.context()
        let engine = Engine(
            model: HashingModel(blocks: 8, blockSize: 16, context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxModelLength: 64), totalBlocks: 8, blockSize: 16, context: context)
        let params = SamplingParams(temperature: 0, maxTokens: 3, ignoreEOS: true, logprobs: 50, promptLogprobs: 50)
        try engine.add(Request(id: 1, prompt: [4, 5, 6], params: params))
        let output = try engine.results()[1]?.get()
        let completion = try #require(output?.outputs.first)
        var sum = 0.0
        for entry in try #require(completion.logprobs) {
            #expect(entry.rank == 1 && entry.top.first?.token == entry.token)
            #expect(entry.top.map(\.logprob) == entry.top.map(\.logprob).sorted(by: >))
            let total = entry.top.reduce(0.0) { $0 + exponential($1.logprob) }
            #expect(abs(total - 1) < 1e-6, "all probabilities together are 1")
            sum += entry.logprob
        }
        #expect(abs(sum - (completion.cumulativeLogprob ?? 0)) < 1e-12)
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

/// Gives the same row of logits always.
private final class FixedModel: ModelRunner {
    let row: [Float]
    let context: ComputeContext
    var vocabularySize: Int { row.count }

    init(_ row: [Float], context: ComputeContext) {
        self.row = row
        self.context = context
    }

    func run(_ batch: Batch, copies: [BlockCopy]) -> Tensor {
        let logits = context.tensor(rows: batch.sampledRows.count, columns: row.count)
        for index in 0..<logits.rows { _ = logits.row(index).update(fromContentsOf: row) }
        return logits
    }
}

@Suite("Ranks and lists of the likeliest tokens")
struct TokenLogprobTests {
    /// What is reported for the prompt token `token` where the model always gives `row`.
    static func report(_ token: TokenID, _ row: [Float], top: Int) throws -> TokenLogprob {
        let context = try Parts.context()
        let engine = Engine(
            model: FixedModel(row, context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxModelLength: 64), totalBlocks: 8, blockSize: 16, context: context)
        let params = SamplingParams(temperature: 0, maxTokens: 1, promptLogprobs: top)
        try engine.add(Request(id: 1, prompt: [0, token], params: params))
        let entries = try #require(try engine.results()[1]?.get().promptLogprobs)
        return try #require(entries[1])
    }

    @Test("equals share a rank, and the list names the lowest of them first")
    func ties() throws {
        let row: [Float] = [1, 3, 3, 2, 3, 0]
        for (token, rank) in [(1, 1), (2, 1), (4, 1), (3, 4), (0, 5), (5, 6)] {
            #expect(try Self.report(TokenID(token), row, top: 0).rank == rank)
        }
        #expect(try Self.report(5, row, top: 2).top.map(\.token) == [1, 2])
        #expect(try Self.report(5, row, top: 6).top.map(\.token) == [1, 2, 4, 3, 0, 5])
        #expect(try Self.report(5, row, top: 0).top.isEmpty)
    }

    @Test("even logits give each token its share, and far ones do not overflow")
    func values() throws {
        let even = try Self.report(2, [5, 5, 5, 5], top: 1)
        #expect(abs(even.logprob + 1.3862943611198906) < 1e-6)
        let far = try Self.report(1, [1e4, -1e4], top: 2)
        #expect(abs(far.logprob + 2e4) < 1e-2 && far.rank == 2)
        #expect(abs(far.top[0].logprob) < 1e-6 && far.top[1].logprob == far.logprob)
    }

    @Test("lists of any length are the beginning of all tokens in order", arguments: 0..<20)
    func lists(seed: Int) throws {
        var dice = Dice(seed)
        let row = (0..<dice.roll(2..<60)).map { _ in Float(dice.roll(0..<12)) / 2 }
        let order = row.indices.sorted { row[$0] != row[$1] ? row[$0] > row[$1] : $0 < $1 }
        for top in [1, 2, row.count / 2, row.count] {
            let report = try Self.report(1, row, top: top)
            #expect(report.top.map { Int($0.token) } == Array(order.prefix(top)))
        }
    }
}
