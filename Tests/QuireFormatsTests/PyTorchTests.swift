import QuireFormats
import Testing

@Suite("PyTorch checkpoints")
struct PyTorchTests {
    @Test("tied weights share their bytes, and slices lie inside them")
    func tied() throws {
        let file = try PyTorchFile(path: Fixture.path("tied.bin"))
        let tensors = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0) })
        let embedding = try #require(tensors["embed.weight"]?.bytes)
        #expect(tensors["lm_head.weight"]?.bytes.baseAddress == embedding.baseAddress)
        #expect(tensors["row"]?.bytes.baseAddress == embedding.baseAddress + 2 * 4 * 4)
        #expect(tensors["rows"]?.shape == [2, 4])
    }

    @Test("parameters are tensors, scalars beside them are metadata")
    func metadata() throws {
        let file = try PyTorchFile(path: Fixture.path("parameters.bin"))
        #expect(file.tensors.map(\.name) == ["weight"])
        #expect(
            file.metadata == [
                "epoch": .int(3), "big": .int(1 << 40), "rate": .float(0.5), "note": .string("é"), "flag": .bool(true),
                "type": .string("f16"),
            ])
    }

    @Test(
        "views that are not stored as they read are refused by the tensor's name",
        arguments: [
            ("transposed.bin", "turned.weight"), ("column.bin", "column.weight"), ("expanded.bin", "spread.weight"),
            ("negated.bin", "negated.weight"),
        ])
    func views(file: String, tensor: String) throws {
        let message = try #require(try refusal(Fixture.bytes(file), named: "m.bin"))
        #expect(message.contains("tensor '\(tensor)': found"))
    }

    @Test("nested checkpoints, bare tensors and legacy files are refused with what to do")
    func otherContents() throws {
        let nested = try refusal(Fixture.bytes("nested.bin"), named: "m.bin")
        #expect(nested?.contains("entry 'model': found a dictionary with tensors in it") == true)
        let bare = try refusal(Fixture.bytes("bare_tensor.bin"), named: "m.bin")
        #expect(bare?.contains("found a tensor, expected a dictionary of tensors") == true)
        let legacy = try refusal(Fixture.bytes("legacy.bin"), named: "whatever")
        #expect(legacy?.contains("is a legacy PyTorch file") == true)
        #expect(legacy?.contains("save its state dict again") == true)
    }

    @Test(
        "hostile pickles are refused by the name of what they call",
        arguments: [
            ("evil_system.bin", "refuses the global 'posix.system': only tensors may be rebuilt"),
            ("evil_eval.bin", "refuses the global 'builtins.eval': only tensors may be rebuilt"),
            ("evil_dict_key.bin", "refuses the global 'builtins.exec': only tensors may be rebuilt"),
            ("evil_inst.bin", "refuses opcode INST"),
        ])
    func hostile(file: String, words: String) throws {
        let message = try #require(try refusal(Fixture.bytes(file), named: "m.bin"))
        #expect(message.contains(words))
    }

    func refused(_ pickle: [UInt8], _ words: String) throws {
        let message = try #require(try refusal(PickleBytes.archive(pickle), named: "m.bin"))
        #expect(message.contains(words))
    }

    @Test("the well-formed pickle that the next tests break opens")
    func base() throws {
        let pickle = PickleBytes.dictionary([("w", PickleBytes.tensor())])
        #expect(try refusal(PickleBytes.archive(pickle), named: "m.bin") == nil)
    }

    @Test("a tensor that leaves its storage, or whose storage is missing or of another size, is refused by name")
    func bounds() throws {
        func refusedTensor(_ tensor: [UInt8], _ words: String) throws {
            try refused(PickleBytes.dictionary([("w", tensor)]), "tensor 'w': found \(words)")
        }
        try refusedTensor(
            PickleBytes.tensor(offset: 1), "16 bytes at element 1, expected them inside its storage of 16")
        try refusedTensor(PickleBytes.tensor(offset: .max), "16 bytes at element \(Int.max)")
        try refusedTensor(PickleBytes.tensor(shape: [5]), "20 bytes at element 0")
        try refusedTensor(PickleBytes.tensor(shape: [.max]), "shape [\(Int.max)], expected a size")
        try refusedTensor(PickleBytes.tensor(shape: [1 << 62, 4], strides: [4, 1]), "shape")
        try refusedTensor(PickleBytes.tensor(storageCount: 5), "a storage of 16 bytes, expected 5 elements of f32")
        try refusedTensor(PickleBytes.tensor(storageCount: .max), "a storage of 16 bytes")
        try refusedTensor(PickleBytes.tensor(key: "1"), "no zip entry 'archive/data/1'")
        try refusedTensor(PickleBytes.tensor(key: "../data.pkl"), "no zip entry 'archive/data/../data.pkl'")
        try refusedTensor(PickleBytes.tensor(shape: [2, 2], strides: [1, 2]), "strides [1, 2] for shape [2, 2]")
        try refusedTensor(PickleBytes.tensor(shape: [2], strides: [0]), "strides [0] for shape [2]")
    }

    @Test("negative sizes, mismatched strides and values of the wrong kind are refused")
    func arguments() throws {
        func refusedTensor(_ tensor: [UInt8], _ words: String) throws {
            try refused(PickleBytes.dictionary([("w", tensor)]), words)
        }
        try refusedTensor(PickleBytes.tensor(offset: -1), "found a tensor of a storage at -1")
        try refusedTensor(PickleBytes.tensor(shape: [-4]), "found -4 in a shape")
        try refusedTensor(PickleBytes.tensor(strides: [-1]), "found -1 in strides")
        try refusedTensor(PickleBytes.tensor(shape: [2, 2]), "found shape [2, 2] with strides [1]")
        try refusedTensor(PickleBytes.tensor(storageCount: -1), "found another persistent id")
        try refusedTensor(PickleBytes.tensor(type: "UntypedStorage"), "found a tensor of untyped bytes")
        try refusedTensor(PickleBytes.tensor(type: "OtherStorage"), "refuses the global 'torch.OtherStorage'")
        try refusedTensor(PickleBytes.int(1) + [0x51], "found 1, expected a persistent id as a tuple")
        let many = [Int64](repeating: 1, count: 65)
        try refusedTensor(PickleBytes.tensor(shape: many, strides: many), "found a shape of 65 axes")
    }

    @Test("two tensors of one name and keys that are no names are refused")
    func keys() throws {
        let tensor = PickleBytes.tensor()
        try refused(PickleBytes.dictionary([("w", tensor), ("w", tensor)]), "tensor 'w': found it a second time")
        let numbered = PickleBytes.proto + [0x7D] + PickleBytes.int(1) + tensor + [0x73] + PickleBytes.stop
        try refused(numbered, "found the key 1, expected names of tensors")
    }
}
