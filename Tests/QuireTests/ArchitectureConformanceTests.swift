import Foundation
import Quire
import Testing

@Suite("The suite of architectures")
struct ArchitectureConformanceTests {
    /// The tiny fixture and what transformers says with it, as the suite wants them.
    private func golden(architecture: String = "LlamaForCausalLM", gguf: Bool = false) throws -> ModelFolder {
        let folder = try ModelFolder()
        folder.config["architectures"] = [architecture]
        try folder.writeFiles()
        let fixture = URL(fileURLWithPath: Repository.fixture("llama/gqa"))
        if gguf { try folder.write("model.gguf", Data(contentsOf: fixture.appendingPathComponent("model.gguf"))) }
        let data = try Data(contentsOf: fixture.appendingPathComponent("golden.json"))
        let golden = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let wanted: Set = ["prompt_token_ids", "token_ids", "logprobs", "margins"]
        let cases = try #require(golden["cases"] as? [[String: Any]]).enumerated().map { index, one in
            ["prompt": "prompt \(index)"].merging(one.filter { wanted.contains($0.key) }) { $1 }
        }
        try folder.write("expected.json", JSONSerialization.data(withJSONObject: cases))
        return folder
    }

    private func run(_ folder: ModelFolder, _ names: [String], _ registry: PluginRegistry) throws
        -> [ArchitectureConformance.Result]
    {
        try ArchitectureConformance(folder: folder.path, names: names, registry: registry).run()
    }

    @Test("LLaMA passes it, from safetensors and from GGUF, on every pair of backends")
    func passes() throws {
        let registry = try DefaultPlugins.registry()
        let folder = try golden(gguf: true)
        let results = try run(folder, ["LlamaForCausalLM"], registry)
        let pairs = registry.attentionBackends.names.count * registry.matmulBackends.names.count
        #expect(results.count == 2 * pairs && Set(results.map(\.model)).count == 2)
        for result in results { #expect(result.problem == nil && result.objection == nil) }
    }

    @Test("a model that looks at its company fails, however little", arguments: [Float(1), 1e-5])
    func company(step: Float) throws {
        var registry = try DefaultPlugins.registry()
        try registry.architectures.add("OneOfMany", step == 1 ? OneOfMany<Much>.self : OneOfMany<Little>.self)
        let results = try run(golden(architecture: "OneOfMany"), ["OneOfMany"], registry)
        let invariant = results.filter { $0.matmul == "native" }
        #expect(!invariant.isEmpty && invariant.allSatisfy { $0.problem != nil })
        if step < 1 { #expect(invariant.allSatisfy { $0.problem?.contains("alone, on one thread, differs") == true }) }
    }

    @Test("a folder that is not what is needed is refused in words")
    func folders() throws {
        let registry = try DefaultPlugins.registry()
        func complaint(_ names: [String], _ text: String?) throws -> String {
            let folder = try golden()
            if let text { try folder.write("expected.json", Data(text.utf8)) }
            do {
                _ = try run(folder, names, registry)
                return "passed"
            } catch { return "\(error)" }
        }
        #expect(try complaint(["OtherForCausalLM"], nil).contains("is LlamaForCausalLM; expected OtherForCausalLM"))
        #expect(try complaint(["LlamaForCausalLM"], "{}").contains("is not a list of expected continuations"))
        let short = #"{"prompt": "", "prompt_token_ids": [1], "token_ids": [1, 2], "logprobs": [0], "margins": [0]}"#
        #expect(
            try complaint(["LlamaForCausalLM"], "[\(short)]").contains("a log-probability and a margin for each token"))
        #expect(try complaint(["LlamaForCausalLM"], "[]").contains("has no case"))
        let one = #"{"prompt": "", "prompt_token_ids": [1], "token_ids": [1], "logprobs": [0], "margins": [0]}"#
        #expect(try complaint(["LlamaForCausalLM"], "[\(one)]").contains("has too little to compare"))
    }
}

private protocol Step: Sendable { static var size: Float { get } }
private enum Much: Step { static let size: Float = 1 }
private enum Little: Step { static let size: Float = 1e-5 }

/// LLaMA whose first logit moves where the step has other tokens.
private struct OneOfMany<Size: Step>: ModelArchitecture {
    static var names: [String] { ["OneOfMany"] }
    private let inner: any ModelArchitecture

    init(config: ModelConfiguration, weights: WeightScope) throws {
        inner = try PluginRegistry(bundledPlugins).architectures.part(named: "LlamaForCausalLM")
            .init(config: config, weights: weights)
    }

    func logits(_ pass: ForwardPass) throws -> Tensor {
        let logits = try inner.logits(pass)
        if pass.positions.count > 1, logits.rows > 0 { logits.row(0)[0] += Size.size }
        return logits
    }
}
