import Quire
import Testing

@Suite("Quantised models with integer products")
struct Int8MatmulTests {
    static func load(_ variant: String, _ matmul: String, _ change: (inout EngineOptions) -> Void = { _ in }) throws
        -> LLM
    {
        var options = EngineOptions(model: Repository.fixture("llama-quants/\(variant)/model.gguf"))
        options.matmulBackend = matmul
        change(&options)
        return try LLM(options)
    }

    static let prompts = (0..<12).map { index in
        Prompt.tokens((0...(index * 5)).map { TokenID(($0 * 13 + index) % 90) })
    }

    @Test("log-probabilities stay near those of exact products", arguments: ["q4_0", "q8_0"])
    func accuracy(variant: String) throws {
        func logprobs(_ matmul: String) throws -> [Double] {
            let params = SamplingParams(temperature: 0, maxTokens: 1, ignoreEOS: true, promptLogprobs: 0)
            let outputs = try Self.load(variant, matmul).generate(Self.prompts, params, showsProgress: false)
            return outputs.flatMap { $0.promptLogprobs?.compactMap { $0?.logprob } ?? [] }
        }
        let (exact, rounded) = (try logprobs("exact"), try logprobs("native"))
        #expect(exact.count == rounded.count && exact.count > 300 && exact != rounded)
        let meanLoss = { (values: [Double]) in -values.reduce(0, +) / Double(values.count) }
        // Half a percent of the mean loss.
        #expect(abs(meanLoss(rounded) - meanLoss(exact)) < 0.005 * meanLoss(exact))
    }

    @Test(
        "the same request gives the same bytes, on any number of threads and however it is cut",
        arguments: ["q4_0", "q8_0"])
    func invariance(variant: String) throws {
        let params = SamplingParams(n: 2, seed: 3, maxTokens: 12, ignoreEOS: true, logprobs: 1)
        let llm = try Self.load(variant, "native")
        let together = try llm.generate(Self.prompts, params, showsProgress: false).map(\.outputs)
        let alone = try Self.prompts.map { try llm.generate([$0], params, showsProgress: false)[0].outputs }
        #expect(alone == together)
        let cut = try Self.load(variant, "native") {
            $0.maxBatchedTokens = 17
            $0.threads = 3
        }
        #expect(try cut.generate(Self.prompts, params, showsProgress: false).map(\.outputs) == together)
    }

    @Test(
        "a plan counts packed weights in the place of those in the file: as many bytes as their blocks have, and padding"
    )
    func plan() throws {
        for variant in ["q4_0", "q8_0"] {
            var options = EngineOptions(model: Repository.fixture("llama-quants/\(variant)/model.gguf"))
            let plan = try LLM.plan(options).plan
            options.matmulBackend = "exact"
            let inPlace = try LLM.plan(options).plan.mappedWeightBytes
            #expect(plan.mappedWeightBytes < inPlace && plan.packedWeightBytes > inPlace / 2)
            let total = plan.mappedWeightBytes + plan.packedWeightBytes
            #expect(total >= inPlace && total < 2 * inPlace)
        }
    }
}
