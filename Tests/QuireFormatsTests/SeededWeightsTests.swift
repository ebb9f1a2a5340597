import QuireFormats
import Testing

/// Words are what `Tests/Tools/architectures/seeded.py` computes with numpy.
@Suite("seeded weights")
struct SeededWeightsTests {
    private static let fileName = "seeded_weights.json"

    private static func list(_ tensors: String, seed: String = "7") -> [UInt8] {
        Array("{\"seed\": \(seed), \"tensors\": {\(tensors)}}".utf8)
    }

    private static func words(_ tensor: TensorEntry) -> [UInt32] {
        tensor.bytes.withUnsafeBytes { bytes in
            (0..<tensor.elementCount).map { bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self) }
        }
    }

    struct Drawn: CustomTestStringConvertible, Sendable {
        let name: String
        let seed: String
        let scale: String
        let offset: String
        let words: [UInt32]
        var testDescription: String { name }
    }

    @Test(
        "names, seeds, scales and offsets give numpy's bits",
        arguments: [
            Drawn(
                name: "model.norm.weight", seed: "0", scale: "0.3", offset: "1.0",
                words: [0x3f3a_adae, 0x3f48_5e81, 0x3f70_f4b9]),
            Drawn(
                name: "lm_head.weight", seed: "1234567890123456789", scale: "0.3", offset: "1",
                words: [0x3f4e_9218, 0x3f72_1d09, 0x3f77_03b0]),
            Drawn(
                name: "gewichte.ü", seed: "7", scale: "0.0123", offset: "-2.5e-3",
                words: [0x3b6a_683c, 0xbc0a_8273, 0x3a4d_4758, 0x3b44_f78a]),
        ])
    func bits(_ drawn: Drawn) throws {
        let tensor =
            "\"\(drawn.name)\": {\"shape\": [\(drawn.words.count)], \"scale\": \(drawn.scale), "
            + "\"offset\": \(drawn.offset)}"
        try withFile(Self.list(tensor, seed: drawn.seed), named: Self.fileName) { path in
            let file = try TensorFiles.open(path)
            #expect(file.formatName == "seeded weights")
            let entry = try #require(file.tensors.first)
            #expect(entry.type == .f32 && entry.name == drawn.name)
            #expect(Self.words(entry) == drawn.words)
        }
    }

    @Test("a matrix is drawn row by row, and pages that are given back keep their numbers")
    func matrix() throws {
        let tensor =
            "\"w\": {\"shape\": [300, 1000], \"scale\": 1, \"offset\": 0}, \"a\": {\"shape\": [], \"scale\": 1, "
        try withFile(Self.list(tensor + "\"offset\": 0}", seed: "9"), named: Self.fileName) { path in
            let file = try TensorFiles.open(path)
            #expect(file.tensors.map(\.name) == ["a", "w"])
            #expect(file.tensors.map(\.shape) == [[], [300, 1_000]])
            #expect(file.tensors.allSatisfy { $0.bytes.isAligned(to: 64) })
            let words = Self.words(file.tensors[1])
            #expect(words.last == 0x3f37_6d0c)
            file.tensors[1].bytes.releasePages()
            #expect(Self.words(file.tensors[1]) == words)
        }
    }

    @Test("a folder without other weights is drawn; files of weights win over a seed")
    func folders() throws {
        let seeded = Self.list("\"a\": {\"shape\": [2], \"scale\": 1, \"offset\": 0}")
        func names(_ files: [String: [UInt8]]) throws -> [String] {
            try withFolder(files) { folder in try CheckpointFiles(directoryOrFile: folder).tensors.keys.sorted() }
        }
        #expect(try names([Self.fileName: seeded, "config.json": Array("{}".utf8)]) == ["a"])
        #expect(try names(["model.safetensors": CheckpointTests.shard("b"), Self.fileName: seeded]) == ["b"])
    }

    @Test(
        "what is wrong is named, with what would be right",
        arguments: [
            ("nonsense", "weights at byte"),
            ("[1]", "seed: found nothing, expected a whole number"),
            ("{\"seed\": -1}", "seed: found -1"),
            ("{\"seed\": 1.5}", "seed: found 1.5"),
            ("{\"seed\": 18446744073709551615}", "expected a whole number from 0 to 9223372036854775807"),
            ("{\"seed\": 1}", "tensors: found nothing, expected an object"),
            ("{\"seed\": 1, \"tensors\": {}}", "tensors: found an object"),
            ("{\"seed\": 1, \"tensors\": {\"a\": 5}}", "tensor 'a', shape: found nothing"),
            ("{\"seed\": 1, \"tensors\": {\"a\": {\"shape\": [0]}}}", "tensor 'a', shape: found 0"),
            ("{\"seed\": 1, \"tensors\": {\"a\": {\"shape\": [-2, -2]}}}", "whole numbers of at least 1"),
            ("{\"seed\": 1, \"tensors\": {\"a\": {\"shape\": [2]}}}", "tensor 'a', scale: found nothing"),
            (
                "{\"seed\": 1, \"tensors\": {\"a\": {\"shape\": [2], \"scale\": 1}}}",
                "tensor 'a', offset: found nothing"
            ),
            (
                "{\"seed\": 1, \"tensors\": {\"a\": {\"shape\": [2], \"scale\": 1e39, \"offset\": 0}}}",
                "float32 can hold"
            ),
            (
                "{\"seed\": 1, \"tensors\": {\"a\": {\"shape\": [4294967296, 4294967296], \"scale\": 1, \"offset\": 0}}}",
                "at most 268435456 elements"
            ),
            (
                "{\"seed\": 1, \"tensors\": {\"a\": {\"shape\": [268435456], \"scale\": 1, \"offset\": 0}, "
                    + "\"b\": {\"shape\": [1], \"scale\": 1, \"offset\": 0}}}",
                "tensor 'b', shape"
            ),
            ("{\"seed\": 1, \"seed\": 2, \"tensors\": {}}", "weights at byte"),
        ])
    func refusals(text: String, part: String) throws {
        let message = try #require(try refusal(Array(text.utf8), named: Self.fileName))
        #expect(message.contains(part) && message.contains(Self.fileName), "\(message)")
    }
}
