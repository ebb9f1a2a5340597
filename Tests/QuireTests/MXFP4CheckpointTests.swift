import Foundation
import Quire
import Testing

@Suite("gpt-oss with experts in MXFP4, as OpenAI stores them")
struct MXFP4CheckpointTests {
    private static let fixture = "gpt-oss-mxfp4"
    private static let gateUp = "model.layers.0.mlp.experts.gate_up_proj"
    private static let down = "model.layers.0.mlp.experts.down_proj"

    private struct Golden: Decodable {
        struct Case: Decodable {
            let prompt_token_ids: [TokenID]
            let prompt_logprobs: [Double?]
            let token_ids: [TokenID]
            let logprobs: [Double]
            let margins: [Double]
        }
        let cases: [Case]
    }

    @Test("it says what transformers says of the experts' values", arguments: Backends.exact)
    func agrees(backends: Backends) throws {
        let file = URL(fileURLWithPath: Repository.fixture("\(Self.fixture)/golden.json"))
        let cases = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file)).cases
        let llm = try backends.load(Repository.fixture(Self.fixture))
        let count = try #require(cases.map(\.token_ids.count).max())
        let outputs = try llm.generate(
            cases.map { .tokens($0.prompt_token_ids) },
            SamplingParams(temperature: 0, maxTokens: count, ignoreEOS: true, logprobs: 0, promptLogprobs: 0))
        #expect(outputs.count == cases.count && !cases.isEmpty)
        for (expected, output) in zip(cases, outputs) {
            for (wanted, found) in zip(expected.prompt_logprobs, output.promptLogprobs ?? []) {
                if let wanted { #expect(abs((found?.logprob ?? .nan) - wanted) < 2e-4) }
            }
            // Every margin of the fixture is above 1e-3, so every token is the same.
            #expect(expected.margins.allSatisfy { $0 > 1e-3 })
            let completion = try #require(output.outputs.first)
            #expect(completion.tokenIDs == expected.token_ids)
            for (wanted, found) in zip(expected.logprobs, completion.logprobs ?? []) {
                #expect(abs(found.logprob - wanted) < 2e-4)
            }
        }
    }

    @Test("answers are the same bytes however many threads repack, alone or not", arguments: ["exact", "native"])
    func invariant(matmul: String) throws {
        let params = SamplingParams(temperature: 0, maxTokens: 12, ignoreEOS: true, logprobs: 3, promptLogprobs: 1)
        let prompts = [[5, 6, 7, 8], [9], [11, 12, 13]].map { Prompt.tokens($0) }
        func load(threads: Int) throws -> LLM {
            var options = EngineOptions(model: Repository.fixture(Self.fixture))
            (options.matmulBackend, options.threads) = (matmul, threads)
            return try LLM(options)
        }
        let expected = InvarianceTests.answers(try load(threads: 1).generate(prompts, params))
        let shared = try load(threads: 3)
        #expect(InvarianceTests.answers(try shared.generate(prompts, params)) == expected)
        #expect(try prompts.flatMap { InvarianceTests.answers(try shared.generate([$0], params)) } == expected)
    }

    @Test("a plan counts the experts' blocks, and says how the weights are quantised")
    func plan() throws {
        var options = EngineOptions(model: Repository.fixture(Self.fixture))
        options.matmulBackend = "exact"
        let plan = try LLM.plan(options)
        #expect(plan.backends.quantization == "mxfp4, blocks of 32")
        // 17 bytes for 32 elements of 4 experts: gate and up, and down.
        #expect(plan.plan.packedWeightBytes == 4 * (192 * 64 + 64 * 96) / 32 * 17)
        #expect(try LLM(options).memoryPlan == plan.plan)
    }

    private func folder(_ change: (ModelFolder) throws -> Void) throws -> String {
        let folder = try ModelFolder(copying: Self.fixture)
        try change(folder)
        return folder.complaint()
    }

    @Test("blocks without scales, and scales without blocks, are named", arguments: ["blocks", "scales"])
    func missing(part: String) throws {
        let complaint = try folder { folder in folder.tensors.removeAll { $0.name == "\(Self.down)_\(part)" } }
        #expect(complaint.contains("has no '\(Self.down)_\(part)'"), "\(complaint)")
    }

    /// A tensor, its spoilt shape, and what the complaint says beside the shape.
    static let shapes: [(name: String, shape: [Int], says: String)] = [
        ("\(down)_blocks", [4, 64, 48], "[experts, rows, blocks of a row, 16]"),
        ("\(down)_blocks", [4, 64, 6, 8], "[experts, rows, blocks of a row, 16]"),
        ("\(down)_blocks", [0, 64, 3, 16], "[experts, rows, blocks of a row, 16]"),
        ("\(down)_blocks", [1 << 62, 1 << 62, 0, 16], "[experts, rows, blocks of a row, 16]"),
        ("\(down)_scales", [4, 64, 2], "asks for [4, 64, 3]"),
        ("\(down)_scales", [4, 192], "asks for [4, 64, 3]"),
    ]

    @Test("a tensor of another shape is named with what it may be", arguments: shapes)
    func shape(name: String, shape: [Int], says: String) throws {
        let complaint = try folder { folder in
            let index = folder.index(of: name)
            folder.tensors[index].shape = shape
            folder.tensors[index].bytes = Data(count: shape.contains(0) ? 0 : shape.reduce(1, *))
        }
        #expect(complaint.contains("'\(name)' has shape \(shape)") && complaint.contains(says), "\(complaint)")
    }

    @Test("experts of another size than the configuration's are named with both")
    func size() throws {
        let rows = try folder { $0.config["intermediate_size"] = 80 }
        #expect(rows.contains("'\(Self.gateUp)' has shape [4, 192, 64]") && rows.contains("[4, 160, 64]"), "\(rows)")
        let experts = try folder { $0.config["num_local_experts"] = 5 }
        #expect(experts.contains("mlp.") && experts.contains("[5"), "\(experts)")
    }

    @Test("a tensor of another type is named with its own", arguments: ["blocks", "scales"])
    func type(part: String) throws {
        let complaint = try folder { $0.tensors[$0.index(of: "\(Self.gateUp)_\(part)")].type = "I8" }
        #expect(complaint.contains("'\(Self.gateUp)_\(part)' is stored as i8; expected u8"), "\(complaint)")
    }

    @Test("a scale that means NaN is named with its place")
    func notANumber() throws {
        let complaint = try folder { folder in
            let index = folder.index(of: "\(Self.down)_scales")
            folder.tensors[index].bytes[(2 * 64 + 5) * 3 + 1] = 255
            folder.tensors[index].bytes[(3 * 64 + 5) * 3] = 255
        }
        #expect(complaint.contains("'\(Self.down)_scales' is 255, which means NaN, at [2, 5, 1]"), "\(complaint)")
    }

    @Test("the smallest and the largest scale are read")
    func extremes() throws {
        for scale in [UInt8(0), 254] {
            let complaint = try folder { $0.tensors[$0.index(of: "\(Self.down)_scales")].bytes[0] = scale }
            #expect(complaint == "loaded")
        }
    }

    @Test("experts that are there as floats too, and blocks without a quantization_config, are named")
    func contradictions() throws {
        let twice = try folder { $0.tensors.append((Self.down, "BF16", [4, 96, 64], Data(count: 4 * 96 * 64 * 2))) }
        #expect(twice.contains("'\(Self.down)' is there beside '\(Self.down)_blocks'"), "\(twice)")
        let undeclared = try folder { $0.config["quantization_config"] = nil }
        #expect(undeclared.contains("quantization_config") && undeclared.contains("mxfp4"), "\(undeclared)")
        let other = try folder { $0.config["quantization_config"] = ["quant_method": "nvfp4"] }
        #expect(other.contains("nvfp4") && other.contains("gptq, mxfp4"), "\(other)")
    }
}
