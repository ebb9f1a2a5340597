import Foundation
import Quire
import Testing

/// A tiny random LLaMA's greedy continuations, as Hugging Face transformers gives them.
private struct Golden: Decodable {
    struct Case: Decodable {
        let promptTokenIDs: [TokenID]
        let promptLogprobs: [Double?]
        let tokenIDs: [TokenID]
        let logprobs: [Double]
        let margins: [Double]

        enum CodingKeys: String, CodingKey {
            case logprobs, margins
            case promptTokenIDs = "prompt_token_ids"
            case promptLogprobs = "prompt_logprobs"
            case tokenIDs = "token_ids"
        }
    }
    let cases: [Case]
}

@Suite("Tiny random LLaMAs say what transformers says")
struct LlamaGoldenTests {
    /// Variants whose weights are safetensors, and the same weights as `pytorch_model.bin`.
    static let variants = [
        "gqa", "biases", "tied", "llama3-rope", "linear-rope", "head-dim", "gqa-bf16", "gqa-f16", "gqa-bin", "tied-bin",
    ]
    /// Variants that are also there as GGUF, with rows in llama.cpp's order.
    static let ggufVariants = ["gqa", "gqa-f16", "gqa-bf16", "tied", "llama3-rope", "head-dim"]
    /// GGUF files of one quantised type each, and two of all those with blocks of 256.
    static let quantized = [
        "q8_0", "q4_0", "q4_1", "q5_0", "q5_1", "iq4_nl", "mxfp4", "k-mix-1", "k-mix-2",
    ]
    /// Quantised safetensors.
    static let checkpoints = [
        "gptq-32", "gptq-64-asym", "gptq-128-act", "gptq-row", "gptq-v2-act", "awq-32", "awq-64", "awq-128", "int8",
        "int8-packed", "int4", "int4-asym-act", "float8", "fp8", "fp8-block",
    ]
    static let tolerance = 1e-4

    @Test("ids and log-probabilities agree within 1e-4", arguments: variants, Backends.all)
    func agreesWithTransformers(variant: String, backends: Backends) throws {
        try check("llama/\(variant)", "llama/\(variant.replacing("-bin", with: ""))", backends)
    }

    @Test("so do their GGUF twins", arguments: ggufVariants, Backends.all)
    func ggufAgrees(variant: String, backends: Backends) throws {
        try check("llama/\(variant)/model.gguf", "llama/\(variant)", backends)
    }

    @Test("quantised weights say what transformers says of their values", arguments: quantized, Backends.exact)
    func quantizedAgrees(variant: String, backends: Backends) throws {
        try check("llama-quants/\(variant)/model.gguf", "llama-quants/\(variant)", backends)
    }

    @Test("quantised checkpoints say what transformers says of their values", arguments: checkpoints, Backends.exact)
    func checkpointAgrees(variant: String, backends: Backends) throws {
        try check("llama-checkpoints/\(variant)", "llama-checkpoints/\(variant)", backends)
    }

    @Test("so does what is converted to GGUF", arguments: variants)
    func convertedAgrees(variant: String) throws {
        let file = TemporaryFile()
        try ModelConverter(model: Repository.fixture("llama/\(variant)")).write(to: file.path)
        try check(path: file.path, "llama/\(variant.replacing("-bin", with: ""))", Backends.all[0])
    }

    private func check(_ model: String, _ folder: String, _ backends: Backends) throws {
        try check(path: Repository.fixture(model), folder, backends)
    }

    private func check(path: String, _ folder: String, _ backends: Backends) throws {
        let goldenPath = Repository.fixture("\(folder)/golden.json")
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: URL(fileURLWithPath: goldenPath)))
        let llm = try backends.load(path)
        let count = try #require(golden.cases.map(\.tokenIDs.count).max())
        let outputs = try llm.generate(
            golden.cases.map { .tokens($0.promptTokenIDs) },
            SamplingParams(temperature: 0, maxTokens: count, ignoreEOS: true, logprobs: 0, promptLogprobs: 0))
        #expect(outputs.count == golden.cases.count)
        for (expected, output) in zip(golden.cases, outputs) { compare(expected, output) }
    }

    @Test(
        "weights converted to float32 give what bf16 and f16 weights give in place", arguments: ["gqa-bf16", "gqa-f16"])
    func converted(variant: String) throws {
        let prompt = Prompt.tokens([5, 6, 7, 8])
        let params = SamplingParams(temperature: 0, maxTokens: 12, ignoreEOS: true, logprobs: 3)
        var options = EngineOptions(model: Repository.fixture("llama/\(variant)"))
        let inPlace = try LLM(options).generate([prompt], params)[0].outputs
        options.dtype = .float32
        #expect(try LLM(options).generate([prompt], params)[0].outputs == inPlace)
        #expect(try LLM.plan(options).plan.packedWeightBytes > 0)
    }

    @Test("float32 weights narrowed to bf16 stay near")
    func narrowed() throws {
        var options = EngineOptions(model: Repository.fixture("llama/gqa"))
        let params = SamplingParams(temperature: 0, maxTokens: 1, ignoreEOS: true, promptLogprobs: 0)
        func logprobs() throws -> [Double] {
            try LLM(options).generate([.tokens([1, 2, 3, 4, 5])], params)[0].promptLogprobs?.compactMap { $0?.logprob }
                ?? []
        }
        let exact = try logprobs()
        options.dtype = .bfloat16
        let narrow = try logprobs()
        #expect(exact != narrow)
        for (a, b) in zip(exact, narrow) { #expect(abs(a - b) < 0.2) }
    }

    private func compare(_ expected: Golden.Case, _ output: RequestOutput) {
        for (wanted, found) in zip(expected.promptLogprobs, output.promptLogprobs ?? []) {
            guard let wanted else { continue }
            #expect(abs((found?.logprob ?? .nan) - wanted) < Self.tolerance)
        }
        #expect(output.promptLogprobs?.count == expected.promptTokenIDs.count)
        guard let completion = output.outputs.first else {
            Issue.record("no completion")
            return
        }
        #expect(completion.tokenIDs.count == expected.tokenIDs.count)
        for index in expected.tokenIDs.indices {
            if completion.tokenIDs[index] != expected.tokenIDs[index] {
                #expect(expected.margins[index] < 1e-3, "token \(index) differs where the margin is clear")
                return
            }
            let logprob = completion.logprobs?[index].logprob ?? .nan
            #expect(abs(logprob - expected.logprobs[index]) < Self.tolerance)
        }
    }
}
