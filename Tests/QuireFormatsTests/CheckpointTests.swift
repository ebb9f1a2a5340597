import QuireFormats
import Testing

@Suite("checkpoints of one or several files")
struct CheckpointTests {
    @Test("a sharded checkpoint opens by directory and by index", arguments: ["sharded", "sharded-bin"])
    func sharded(name: String) throws {
        let checkpoint = try CheckpointFiles(directoryOrFile: Fixture.path(name))
        #expect(checkpoint.files.count == 2)
        #expect(Set(checkpoint.tensors.keys) == (name == "sharded" ? ["a", "b", "c"] : ["a", "b"]))
        #expect(checkpoint.entry(named: "b")?.path.contains("00002-of-00002") == true)
        #expect(checkpoint.entry(named: "z") == nil)
        let index = name == "sharded" ? "model.safetensors.index.json" : "pytorch_model.bin.index.json"
        let byIndex = try CheckpointFiles(directoryOrFile: Fixture.path("\(name)/\(index)"))
        #expect(Set(byIndex.tensors.keys) == Set(checkpoint.tensors.keys))
    }

    @Test("a single file of any format opens", arguments: ["types.safetensors", "small.gguf", "state_dict.bin"])
    func single(name: String) throws {
        let checkpoint = try CheckpointFiles(directoryOrFile: Fixture.path(name))
        #expect(checkpoint.files.count == 1)
        #expect(checkpoint.tensors.count == checkpoint.files[0].tensors.count)
    }

    static func shard(_ names: String...) -> [UInt8] {
        let fields = names.enumerated().map { tensorField($1, "U8", "[1]", $0, $0 + 1) }
        return safetensors("{" + fields.joined(separator: ",") + "}", data: names.count)
    }

    static func index(_ map: [String: String]) -> [UInt8] {
        let entries = map.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
        return Array("{\"metadata\":{\"total_size\":1},\"weight_map\":{\(entries.joined(separator: ","))}}".utf8)
    }

    @Test("safetensors win over PyTorch files, whatever the latter hold")
    func preference() throws {
        let files = ["model.safetensors": Self.shard("a"), "pytorch_model.bin": Array("broken".utf8)]
        #expect(try checkpointRefusal(files) == nil)
    }

    @Test("a directory with one file of another name opens, with two it is refused")
    func otherNames() throws {
        #expect(try checkpointRefusal(["weights.safetensors": Self.shard("a")]) == nil)
        #expect(try checkpointRefusal(["m.gguf": GGUFBytes().bytes, "notes.txt": []]) == nil)
        let two = ["x.safetensors": Self.shard("a"), "y.safetensors": Self.shard("b")]
        #expect(try checkpointRefusal(two)?.contains("found 2 .safetensors files, expected one, or an index") == true)
        #expect(
            try checkpointRefusal(["config.json": []])?.contains("found no weights, expected model.safetensors") == true
        )
    }

    @Test(
        "an index that leads out of its directory is refused",
        arguments: ["../x.safetensors", "/etc/passwd", "a/b.safetensors", "..", ".", "", "a\\\\b", "a\\u0000b"])
    func escapes(name: String) throws {
        let message = try #require(
            try checkpointRefusal(["model.safetensors.index.json": Self.index(["a": name])]))
        #expect(message.contains("weight_map 'a'"))
        #expect(message.contains("expected the plain name of a file beside the index"))
    }

    @Test("index and shards must agree, both ways")
    func agreement() throws {
        func message(_ map: [String: String], _ files: [String: [UInt8]]) throws -> String? {
            try checkpointRefusal(files.merging(["model.safetensors.index.json": Self.index(map)]) { $1 })
        }
        let shards = ["1.safetensors": Self.shard("a"), "2.safetensors": Self.shard("b")]
        #expect(try message(["a": "1.safetensors", "b": "2.safetensors"], shards) == nil)
        let missing = try message(["a": "1.safetensors", "b": "2.safetensors", "c": "2.safetensors"], shards)
        #expect(missing?.contains("weight_map 'c': found no such tensor in '2.safetensors'") == true)
        let extra = ["1.safetensors": Self.shard("a", "z"), "2.safetensors": Self.shard("b")]
        let unmapped = try message(["a": "1.safetensors", "b": "2.safetensors"], extra)
        #expect(unmapped?.contains("tensor 'z': is not in the index") == true)
        let swapped = try message(["a": "2.safetensors", "b": "1.safetensors"], shards)
        #expect(swapped?.contains("is mapped to '2.safetensors' by the index") == true)
        let absent = try message(["a": "1.safetensors", "b": "3.safetensors"], shards)
        #expect(absent?.contains("3.safetensors: cannot be opened") == true)
    }

    @Test("a tensor that two shards hold is refused")
    func twice() throws {
        let files = [
            "1.safetensors": Self.shard("a", "b"), "2.safetensors": Self.shard("b"),
            "model.safetensors.index.json": Self.index(["a": "1.safetensors", "b": "2.safetensors"]),
        ]
        let message = try checkpointRefusal(files)
        #expect(message?.contains("tensor 'b': is mapped to '2.safetensors' by the index, expected it there") == true)
    }

    @Test(
        "an index without a map of names is refused",
        arguments: ["[]", "{}", "{\"weight_map\":{}}", "{\"weight_map\":{\"a\":1}}", "{\"weight_map\":5}", "", "{"])
    func badIndex(text: String) throws {
        #expect(try checkpointRefusal(["model.safetensors.index.json": Array(text.utf8)]) != nil)
    }

    @Test("a part of a split GGUF model is refused with what to do")
    func split() throws {
        var file = GGUFBytes()
        file.add("split.count", type: 2, littleEndian(UInt16(3)))
        let message = try checkpointRefusal(["m-00001-of-00003.gguf": file.bytes])
        #expect(message?.contains("split.count: found one part of 3, expected a whole model") == true)
    }
}
