import Foundation
import Quire
import QuireTokenizers
import Testing

@Suite("The embedded model")
struct EmbeddedModelTests {
    /// Held-out documents one after the other, as the model was trained: each between `<s>` and `</s>`.
    static func heldOutTokens(_ tokenizer: any Tokenizer) throws -> [TokenID] {
        let path = "\(Repository.root)/ModelZoo/quire-tiny/heldout.txt"
        let start = try #require(tokenizer.specialTokens.bos)
        let end = try #require(tokenizer.specialTokens.eos)
        return try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n\n").flatMap { document in
            [start]
                + document.split(separator: "\n").flatMap {
                    tokenizer.encode(String($0), addSpecialTokens: false) + [end]
                }
        }
    }

    @Test("the end of its context of 2,048 tokens is read as well as the beginning")
    func context() throws {
        let llm = try LLM()
        #expect(llm.maxModelLength == 2_048)
        let tokens = try Self.heldOutTokens(try #require(llm.tokenizer))
        let length = 2_047
        let prompts = (0..<2).map { Prompt.tokens(Array(tokens[($0 * length)..<(($0 + 1) * length)])) }
        let outputs = try llm.generate(
            prompts, SamplingParams(temperature: 0, maxTokens: 1, promptLogprobs: 0), showsProgress: false)
        for positions in [1..<256, 256..<512, 512..<1_024, 1_024..<1_536, 1_536..<length] {
            let logprobs = outputs.flatMap { output in positions.compactMap { output.promptLogprobs?[$0]?.logprob } }
            let loss = -logprobs.reduce(0, +) / Double(logprobs.count)
            #expect(logprobs.count == 2 * positions.count && loss < 0.6, "loss \(loss) at \(positions)")
        }
    }

    @Test("held-out text is read as well from a KV cache of any type: perplexity within a few parts per thousand")
    func cacheTypes() throws {
        func perplexity(_ type: KVCacheType) throws -> Double {
            var options = EngineOptions()
            options.kvCacheType = type
            let llm = try LLM(options)
            let tokens = try Self.heldOutTokens(try #require(llm.tokenizer))
            let prompts = (0..<4).map { Prompt.tokens(Array(tokens[($0 * 512)..<(($0 + 1) * 512)])) }
            let outputs = try llm.generate(
                prompts, SamplingParams(temperature: 0, maxTokens: 1, promptLogprobs: 0), showsProgress: false)
            let logprobs = outputs.flatMap { ($0.promptLogprobs ?? []).compactMap { $0?.logprob } }
            #expect(logprobs.count == 4 * 511)
            return exp(-logprobs.reduce(0, +) / Double(logprobs.count))
        }
        let exact = try perplexity(.float32)
        for (type, most) in [(KVCacheType.float16, 0.001), (.bfloat16, 0.005), (.int8, 0.005)] {
            let change = abs(try perplexity(type) / exact - 1)
            #expect(change > 0 && change < most, "\(type): \(change)")
        }
    }
}
