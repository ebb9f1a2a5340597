import QuireFormats
import Testing

/// The tiny checkpoints of `Tests/Tools/make_llama_goldens.py`, as far as a file format can know them.
@Suite("the tiny LLaMA checkpoints")
struct LLaMAFixtureTests {
    static func open(_ variant: String) throws -> CheckpointFiles {
        let path = Fixture.repository.appendingPathComponent("Tests/Fixtures/llama/\(variant)").path
        return try CheckpointFiles(directoryOrFile: path)
    }

    @Test("safetensors and PyTorch files of one model hold the same bytes", arguments: ["gqa", "tied"])
    func twins(variant: String) throws {
        let safetensors = try Self.open(variant)
        let pytorch = try Self.open("\(variant)-bin")
        #expect(pytorch.files[0].formatName == "PyTorch")
        for (name, tensor) in safetensors.tensors {
            let twin = try #require(pytorch.entry(named: name))
            #expect(twin.shape == tensor.shape)
            #expect(twin.type == tensor.type)
            #expect(hex(twin.bytes) == hex(tensor.bytes))
        }
        let onlyInPyTorch = Set(pytorch.tensors.keys).subtracting(safetensors.tensors.keys)
        #expect(onlyInPyTorch == (variant == "tied" ? ["lm_head.weight"] : []))
    }

    @Test("a tied head of a PyTorch file is the embedding itself")
    func tied() throws {
        let checkpoint = try Self.open("tied-bin")
        let embedding = try #require(checkpoint.entry(named: "model.embed_tokens.weight"))
        #expect(checkpoint.entry(named: "lm_head.weight")?.bytes.baseAddress == embedding.bytes.baseAddress)
    }

    @Test(
        "every variant opens with weights of its type",
        arguments: [
            ("biases", ElementType.f32), ("llama3-rope", .f32), ("linear-rope", .f32), ("head-dim", .f32),
            ("gqa-bf16", .bf16), ("gqa-f16", .f16),
        ])
    func types(variant: String, type: ElementType) throws {
        let checkpoint = try Self.open(variant)
        #expect(checkpoint.entry(named: "model.embed_tokens.weight")?.shape == [96, 64])
        #expect(checkpoint.tensors.values.allSatisfy { $0.type == type })
        #expect((checkpoint.entry(named: "model.layers.0.mlp.up_proj.bias") != nil) == (variant == "biases"))
    }
}
