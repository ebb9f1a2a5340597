import Foundation
import QuireFormats
import TestSupport
import Testing

/// Mutated files must open or be refused; whoever opens must hand out bytes that can be read.
@Suite("fuzzing with fixed seeds")
struct FuzzTests {
    static let extremes: [UInt64] = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 62, 1 << 63, .max]

    static func mutate(_ original: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = original
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<8, using: &random) {
            case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes[position] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
            case 3: bytes.removeSubrange(position..<min(bytes.count, position + Int.random(in: 1...16, using: &random)))
            case 4: bytes.insert(contentsOf: bytes[position..<min(bytes.count, position + 16)], at: position)
            case 5: bytes.removeLast(min(bytes.count, Int.random(in: 1...64, using: &random)))
            default:
                // A whole field: sizes, counts and offsets at their limits are where arithmetic breaks.
                let field = littleEndian(extremes.randomElement(using: &random) ?? 0)
                let width = min([1, 2, 4, 8].randomElement(using: &random) ?? 1, bytes.count - position)
                bytes.replaceSubrange(position..<(position + width), with: field.prefix(width))
            }
        }
        return bytes
    }

    /// Reads every byte and checks that all lie inside the file: beyond its end the last page still reads as zeros.
    static func touch(_ file: any TensorFile) -> Int {
        file.tensors.reduce(0) { sum, tensor in
            let bytes = tensor.bytes
            #expect(bytes.offset >= 0 && bytes.count >= 0 && bytes.offset + bytes.count <= bytes.file.count)
            return sum &+ tensor.bytes.withUnsafeBytes { $0.reduce(0) { $0 &+ Int($1) } } &+ tensor.elementCount
        }
    }

    @Test(
        "4,000 mutations of each small file open or are refused, and nothing else",
        arguments: [
            "types.safetensors", "small.gguf", "state_dict.bin", "protocol5.bin", "tied.bin", "parameters.bin",
        ])
    func mutations(name: String) throws {
        let original = try Fixture.bytes(name)
        var random = SeededRandom(seed: name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
        var opened = 0
        var refused = 0
        try withFolder([:]) { folder in
            let path = "\(folder)/\(name)"
            for _ in 0..<4_000 {
                try Data(Self.mutate(original, &random)).write(to: URL(fileURLWithPath: path))
                do {
                    _ = Self.touch(try TensorFiles.open(path))
                    opened += 1
                } catch is FormatError {
                    refused += 1
                }
            }
        }
        #expect(opened + refused == 4_000)
        #expect(opened > 0)
        #expect(refused > 0)
    }

    @Test("3,000 mutations of a bare pickle inside a sound archive open or are refused")
    func pickles() throws {
        let original = PickleBytes.dictionary([
            ("w", PickleBytes.tensor()), ("m", PickleBytes.tensor(shape: [2, 2], strides: [2, 1])),
            ("n", PickleBytes.int(7)),
        ])
        var random = SeededRandom(seed: 99)
        try withFolder([:]) { folder in
            let path = "\(folder)/m.bin"
            for _ in 0..<3_000 {
                let archive = PickleBytes.archive(Self.mutate(original, &random))
                try Data(archive).write(to: URL(fileURLWithPath: path))
                do { _ = Self.touch(try TensorFiles.open(path)) } catch is FormatError {}
            }
        }
    }

    @Test("2,000 mutations of an index open or are refused")
    func indexes() throws {
        let index = CheckpointTests.index(["a": "1.safetensors", "b": "2.safetensors"])
        var random = SeededRandom(seed: 5)
        try withFolder(["1.safetensors": CheckpointTests.shard("a"), "2.safetensors": CheckpointTests.shard("b")]) {
            folder in
            let path = "\(folder)/model.safetensors.index.json"
            for _ in 0..<2_000 {
                try Data(Self.mutate(index, &random)).write(to: URL(fileURLWithPath: path))
                do { _ = try CheckpointFiles(directoryOrFile: folder) } catch is FormatError {}
            }
        }
    }
}
