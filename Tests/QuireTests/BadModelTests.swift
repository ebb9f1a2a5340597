import Foundation
import Quire
import Testing

@Suite("A model that cannot be used is refused with the file, the place and what was expected")
struct BadModelTests {
    @Test("the unspoilt folder loads")
    func control() throws { #expect(try ModelFolder().complaint() == "loaded") }

    @Test("a missing weight is named with the shape it needs")
    func missingWeight() throws {
        let folder = try ModelFolder()
        folder.tensors.remove(at: folder.index(of: "model.norm.weight"))
        let complaint = folder.complaint()
        #expect(
            complaint.contains(folder.path) && complaint.contains("'model.norm.weight'") && complaint.contains("[64]"))
    }

    @Test("a surplus weight is named")
    func surplusWeight() throws {
        let folder = try ModelFolder()
        folder.tensors.append(("model.extra.weight", "F32", [2], Data(count: 8)))
        #expect(folder.complaint().contains("'model.extra.weight'"))
    }

    @Test("a weight of another shape is named with both shapes")
    func shape() throws {
        let folder = try ModelFolder()
        folder.tensors[folder.index(of: "model.norm.weight")].shape = [8, 8]
        let complaint = folder.complaint()
        #expect(complaint.contains("[8, 8]") && complaint.contains("[64]"))
    }

    @Test("a weight of a type that cannot run is named with the types that can")
    func type() throws {
        let folder = try ModelFolder()
        folder.tensors[folder.index(of: "model.norm.weight")].type = "I32"
        let complaint = folder.complaint()
        #expect(complaint.contains("i32") && complaint.contains("bf16") && complaint.contains("'model.norm.weight'"))
    }

    @Test("weights that are not numbers end the request, not the process")
    func notANumber() throws {
        let folder = try ModelFolder()
        let index = folder.index(of: "model.norm.weight")
        folder.tensors[index].bytes = Data(repeating: 0xFF, count: folder.tensors[index].bytes.count)
        let llm = try folder.load()
        #expect(throws: PromptError.self) { try llm.generate([.tokens([1])], SamplingParams(temperature: 0)) }
        do {
            _ = try llm.generate([.tokens([1])], SamplingParams(temperature: 0))
        } catch {
            #expect("\(error)".contains("NaN"))
        }
    }

    /// A field, a value that cannot be, and what the complaint says beside the field.
    static let fields: [(String, String, String)] = [
        ("vocab_size", "\"many\"", "whole number"), ("hidden_size", "0", "at least 1"),
        ("num_attention_heads", "3", "num_key_value_heads"), ("num_key_value_heads", "5", "divisor"),
        ("hidden_act", "\"cosine\"", "silu"), ("rms_norm_eps", "-1", "at least 0"),
        ("num_hidden_layers", "4611686018427387904", "whole number"),
        ("rope_parameters", "{\"rope_type\": \"spiral\"}", "longrope or llama3"),
        ("rope_parameters", "{\"rope_type\": \"linear\"}", "'factor' is missing"),
        ("architectures", "[\"LamaForCausal\"]", "LlamaForCausalLM"), ("architectures", "[]", "LlamaForCausalLM"),
        ("attention_bias", "1", "true or false"), ("vocab_size", "null", "whole number"),
    ]

    @Test("a field of config.json that cannot be is named with its value", arguments: fields)
    func configuration(field: String, value: String, says: String) throws {
        let folder = try ModelFolder()
        folder.config[field] = try JSONSerialization.jsonObject(with: Data(value.utf8), options: .fragmentsAllowed)
        let complaint = folder.complaint()
        #expect(complaint.contains("config.json") && complaint.contains(says), "\(complaint)")
    }

    @Test("a folder without a configuration, with a broken one, or without weights is said to be so")
    func files() throws {
        let folder = try ModelFolder()
        func complaint() -> String {
            do {
                _ = try LLM(EngineOptions(model: folder.path))
                return "loaded"
            } catch {
                return "\(error)"
            }
        }
        #expect(complaint().contains("no config.json"))
        try folder.write("config.json", Data("{\"architectures\": [".utf8))
        #expect(complaint().contains("config.json: is not valid JSON"))
        try folder.write("config.json", JSONSerialization.data(withJSONObject: folder.config))
        #expect(complaint().contains(folder.path))
        try folder.write("model.safetensors", Data([1, 2, 3]))
        #expect(complaint().contains("model.safetensors"))
        try folder.write("tokenizer.model", Data([1, 2, 3]))
        try folder.write("model.safetensors", Data())
        #expect(complaint() != "loaded")
    }

    @Test("end tokens outside the vocabulary are left out", arguments: [-1, 96, 1 << 40])
    func endTokens(token: Int) throws {
        let folder = try ModelFolder()
        folder.config["eos_token_id"] = [token, 7]
        let llm = try folder.load()
        #expect(llm.endTokens == [7])
        _ = try llm.generate([.tokens([1])], SamplingParams(temperature: 0, maxTokens: 3, minTokens: 3))
    }

    @Test("a tokenizer larger than the vocabulary is refused with both numbers")
    func vocabulary() throws {
        let folder = try ModelFolder()
        let models = Repository.fixture("tokenizers")
        let name = try #require(FileManager.default.subpathsOfDirectory(models).first { $0.hasSuffix(".model") })
        try folder.write("tokenizer.model", Data(contentsOf: URL(fileURLWithPath: "\(models)/\(name)")))
        let complaint = folder.complaint()
        #expect(complaint.contains("the tokenizer has") && complaint.contains("96"), "\(complaint)")
    }

    @Test("random damage to a checkpoint never crashes")
    func damage() throws {
        let folder = try ModelFolder()
        _ = try folder.load()
        let path = folder.path + "/model.safetensors"
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var random = RandomSource(seed: 3, position: 0)
        for _ in 0..<200 {
            var spoilt = whole
            for _ in 0..<(1 + random.next() % 4) {
                // Most of the meaning is in the header.
                spoilt[Int(random.next() % 4_096)] = UInt8(truncatingIfNeeded: random.next())
            }
            if random.next() % 4 == 0 { spoilt = spoilt.prefix(Int(random.next() % UInt64(whole.count))) }
            try spoilt.write(to: URL(fileURLWithPath: path))
            if let llm = try? LLM(EngineOptions(model: folder.path)) {
                _ = try? llm.generate([.tokens([1, 2])], SamplingParams(temperature: 0, maxTokens: 2))
            }
        }
    }
}

extension FileManager {
    fileprivate func subpathsOfDirectory(_ path: String) throws -> [String] { try subpathsOfDirectory(atPath: path) }
}
