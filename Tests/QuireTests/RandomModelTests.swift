import Foundation
import Quire
import QuireFormats
import Testing

@Suite("Random models", .serialized)
struct RandomModelTests {
    /// Writes a model, hands its path on, and removes it.
    private func withModel<Result>(
        _ format: String, threads: Int = 2, seed: UInt64 = 1, _ body: (String) throws -> Result
    ) throws -> Result {
        let file = TemporaryFile()
        let model = RandomModel(shape: .millions160, format: try WeightFormat(named: format), seed: seed)
        try model.write(to: file.path, threads: threads)
        return try body(file.path)
    }

    /// A fold of all bytes of a file.
    private func fold(_ path: String) throws -> Int {
        var hasher = Hasher()
        try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped).withUnsafeBytes {
            hasher.combine(bytes: $0)
        }
        return hasher.finalize()
    }

    @Test("a model of 160 million weights runs: any text can be said to it, and it stays among numbers")
    func runs() throws {
        try withModel("q4_k_m") { path in
            var options = EngineOptions(model: path)
            options.maxModelLength = 64
            let llm = try LLM(options)
            let params = SamplingParams(temperature: 0, maxTokens: 4, ignoreEOS: true, logprobs: 1, promptLogprobs: 0)
            let output = try llm.generate(["Once upon a time, né?"], params)[0]
            #expect(output.outputs[0].tokenIDs.count == 4)
            let logprobs = (output.promptLogprobs ?? []).compactMap { $0?.logprob }
            // A uniform guess among 32,000 has -10.4.
            #expect(logprobs.count > 4 && logprobs.allSatisfy { $0 < -4 && $0 > -30 }, "\(logprobs)")
        }
    }

    @Test("a mix has the types that llama.cpp gives it")
    func mix() throws {
        try withModel("q4_k_m") { path in
            let types = try GGUFFile(path: path).tensors.reduce(into: [:]) { $0[$1.name] = $1.type }
            #expect(types.count == 12 * 9 + 3)
            #expect(types["output.weight"] == .q6_k && types["token_embd.weight"] == .q4_k)
            #expect(types["output_norm.weight"] == .f32 && types["blk.3.attn_q.weight"] == .q4_k)
            // What llama.cpp makes of 12 layers.
            let rich = [0, 3, 6, 9, 10, 11]
            for layer in 0..<12 {
                let expected: ElementType = rich.contains(layer) ? .q6_k : .q4_k
                #expect(types["blk.\(layer).attn_v.weight"] == expected, "layer \(layer)")
                #expect(types["blk.\(layer).ffn_down.weight"] == expected, "layer \(layer)")
            }
        }
    }

    @Test("the same seed gives the same file on any number of threads, and another one another")
    func seeds() throws {
        let first = try withModel("q4_0", threads: 1, fold)
        #expect(try withModel("q4_0", threads: 3, fold) == first)
        #expect(try withModel("q4_0", seed: 2, fold) != first)
    }

    @Test("an unknown shape or format is answered with the known ones")
    func unknown() throws {
        let shape = #expect(throws: OptionError.self) { try RandomModel.Shape(named: "2b") }
        #expect(shape?.description == "random-model is 2b; expected 160m, 1b, 7b")
        let format = #expect(throws: OptionError.self) { try WeightFormat(named: "q4_9") }
        #expect(format?.description.contains("q4_0, q4_1") == true && format?.expected.contains("q4_k_m") == true)
    }
}
