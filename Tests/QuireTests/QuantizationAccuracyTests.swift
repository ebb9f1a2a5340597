import Foundation
import Quire
import Testing

@Suite("Quantised, the embedded model reads held-out text nearly as well", .serialized)
struct QuantizationAccuracyTests {
    /// exp of the mean loss over all of heldout.txt, packed into prompts as long as the context.
    private static func perplexity(_ format: String?, matmul: String) throws -> Double {
        var options = EngineOptions()
        options.quantization = try format.map { try WeightFormat(named: $0) }
        options.matmulBackend = matmul
        let llm = try LLM(options)
        let tokens = try EmbeddedModelTests.heldOutTokens(try #require(llm.tokenizer))
        let length = 2_047
        let prompts = stride(from: 0, to: tokens.count - length / 2, by: length).map {
            Prompt.tokens(Array(tokens[$0..<min(tokens.count, $0 + length)]))
        }
        let outputs = try llm.generate(
            prompts, SamplingParams(temperature: 0, maxTokens: 1, promptLogprobs: 0), showsProgress: false)
        let logprobs = outputs.flatMap { ($0.promptLogprobs ?? []).compactMap { $0?.logprob } }
        #expect(logprobs.count > 4_000)
        return exp(-logprobs.reduce(0, +) / Double(logprobs.count))
    }

    private static let exact = Result { try perplexity(nil, matmul: "native") }

    @Test(
        "perplexity grows by 1 % at most in 8 bits and by 5 % in 4",
        arguments: [("q8_0", 0.01), ("q4_0", 0.05), ("q4_k", 0.05), ("q4_k_m", 0.05)])
    func perplexity(format: String, growth: Double) throws {
        // The default, which rounds activations too, and the one that does not.
        for matmul in ["native", "exact"] {
            let found = try Self.perplexity(format, matmul: matmul)
            let exact = try Self.exact.get()
            #expect(found < exact * (1 + growth), "\(matmul): \(found) against \(exact)")
            #expect(found != exact)
        }
    }
}
