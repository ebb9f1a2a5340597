import Foundation
import QuireFormats
import Testing

@Suite("Writing GGUF")
struct GGUFWriterTests {
    /// The metadata that make_format_fixtures.py gives to Python's gguf for small.gguf.
    static let metadata: [(key: String, value: GGUFValue)] = [
        ("general.architecture", .string("llama")),
        ("general.name", .string("small é")),
        ("test.u8", .uint8(200)),
        ("test.i8", .int8(-100)),
        ("test.u16", .uint16(60_000)),
        ("test.i16", .int16(-30_000)),
        ("test.u32", .uint32(4_000_000_000)),
        ("test.i32", .int32(-2_000_000_000)),
        ("test.u64", .uint64(1 << 63 + 5)),
        ("test.i64", .int64(-(1 << 62))),
        ("test.f32", .float32(0.5)),
        ("test.f64", .float64(0.1)),
        ("test.bool", .bool(true)),
        ("test.strings", .strings(["a", "", "▁é", "🎈"])),
        ("test.ints", .int32s([1, -2, 3])),
        ("test.floats", .floats([0.5, -1.5])),
        ("test.bools", .array([.bool(true), .bool(false)], like: .bool(true))),
    ]

    /// Writes the tensors of small.gguf with other metadata or alignment into a folder, in pieces and from the last on.
    private func write(
        _ metadata: [(key: String, value: GGUFValue)], alignment: Int = 32, to path: String
    ) throws {
        let source = try GGUFFile(path: Fixture.path("small.gguf"))
        let writer = try GGUFWriter(
            path: path, metadata: metadata,
            tensors: source.tensors.map { GGUFTensor(name: $0.name, type: $0.type, shape: $0.shape) },
            alignment: alignment, overwrites: false)
        for (index, tensor) in source.tensors.enumerated().reversed() {
            try tensor.bytes.withUnsafeBytes { bytes in
                let half = bytes.count / 2
                try writer.write(.init(rebasing: bytes[half...]), ofTensor: index, at: half)
                try writer.write(.init(rebasing: bytes[..<half]), ofTensor: index, at: 0)
            }
        }
        try writer.finish()
    }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
    }

    @Test("every type of metadata and tensor is written as Python's gguf writes it, byte for byte")
    func reference() throws {
        try withFolder([:]) { folder in
            try write(Self.metadata, to: folder + "/new.gguf")
            let written = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/new.gguf")))
            #expect(written == (try Fixture.bytes("small.gguf")))
            #expect(try names(in: folder) == ["new.gguf"])
        }
    }

    @Test("metadata that were read are written again as they stood")
    func copy() throws {
        let source = try GGUFFile(path: Fixture.path("small.gguf"))
        try withFolder([:]) { folder in
            try write(source.encodedMetadata, to: folder + "/copy.gguf")
            let written = try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder + "/copy.gguf")))
            #expect(written == (try Fixture.bytes("small.gguf")))
        }
    }

    @Test("another alignment is said in the metadata and kept")
    func alignment() throws {
        let source = try GGUFFile(path: Fixture.path("small.gguf"))
        try withFolder([:]) { folder in
            try write(Self.metadata, alignment: 256, to: folder + "/wide.gguf")
            let wide = try GGUFFile(path: folder + "/wide.gguf")
            #expect(wide.metadata["general.alignment"]?.integer == 256)
            for (tensor, original) in zip(wide.tensors, source.tensors) {
                #expect(tensor.bytes.offset % 256 == 0 && tensor.shape == original.shape)
                #expect(hex(tensor.bytes) == hex(original.bytes))
            }
        }
    }

    @Test("arrays of arrays, and empty ones, are read as they were written")
    func arrays() throws {
        let inner = GGUFValue.strings([])
        try withFolder([:]) { folder in
            let path = folder + "/arrays.gguf"
            try write([("a", .array([inner, .strings(["x"])], like: inner)), ("b", .floats([]))], to: path)
            let metadata = try GGUFFile(path: path).metadata
            #expect(metadata["a"] == .array([.array([]), .array([.string("x")])]) && metadata["b"] == .array([]))
        }
    }

    @Test("a file that is there is not replaced unless asked, and nothing is left behind")
    func existing() throws {
        try withFolder(["there.gguf": [1, 2, 3]]) { folder in
            let path = folder + "/there.gguf"
            let error = #expect(throws: FormatError.self) { try write([], to: path) }
            #expect(error?.description.contains("is there already") == true)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
            let writer = try GGUFWriter(path: path, metadata: [], tensors: [], overwrites: true)
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data([1, 2, 3]))
            try writer.finish()
            #expect(try GGUFFile(path: path).tensors.isEmpty)
            #expect(try names(in: folder) == ["there.gguf"])
        }
    }

    @Test("what is given up, or just dropped, leaves nothing behind")
    func discarded() throws {
        try withFolder([:]) { folder in
            let tensor = GGUFTensor(name: "t", type: .f32, shape: [4])
            let writer = try GGUFWriter(path: folder + "/a", metadata: [], tensors: [tensor], overwrites: false)
            #expect(try names(in: folder).count == 1)
            writer.discard()
            #expect(try names(in: folder).isEmpty)
            _ = try GGUFWriter(path: folder + "/b", metadata: [], tensors: [tensor], overwrites: false)
            #expect(try names(in: folder).isEmpty)
        }
    }

    @Test("a folder that is not there is named, with the system's reason")
    func noFolder() throws {
        let error = #expect(throws: FormatError.self) {
            try GGUFWriter(path: "/no/such/folder/m.gguf", metadata: [], tensors: [], overwrites: false)
        }
        #expect(error?.description == "/no/such/folder/m.gguf: cannot be written: No such file or directory")
    }

    @Test(
        "tensors that GGUF cannot hold are refused by name",
        arguments: [
            (GGUFTensor(name: "t", type: .f32, shape: []), "[]"),
            (GGUFTensor(name: "t", type: .f32, shape: [1, 1, 1, 1, 1]), "one to four"),
            (GGUFTensor(name: "t", type: .f32, shape: [3, 0]), "[3, 0]"),
            (GGUFTensor(name: "t", type: .u8, shape: [3]), "u8"),
            (GGUFTensor(name: "t", type: .q4_0, shape: [2, 33]), "multiple of 32"),
            (GGUFTensor(name: "t", type: .f64, shape: [Int.max, 2]), "2⁶³"),
        ])
    func badTensors(tensor: GGUFTensor, problem: String) throws {
        try withFolder([:]) { folder in
            let error = #expect(throws: FormatError.self) {
                try GGUFWriter(path: folder + "/m", metadata: [], tensors: [tensor], overwrites: false)
            }
            #expect(error?.description.contains("'t'") == true)
            #expect(error?.problem.contains(problem) == true)
            let left = try names(in: folder)
            #expect(left.isEmpty)
        }
    }

    @Test("a name that is given twice, and one of no letters, are refused")
    func badNames() throws {
        try withFolder([:]) { folder in
            let tensor = GGUFTensor(name: "twice", type: .f32, shape: [1])
            let twice = #expect(throws: FormatError.self) {
                try GGUFWriter(path: folder + "/m", metadata: [], tensors: [tensor, tensor], overwrites: false)
            }
            #expect(twice?.description.hasSuffix("tensor 'twice': is given twice, expected unique names") == true)
            let empty = #expect(throws: FormatError.self) {
                try GGUFWriter(path: folder + "/m", metadata: [("", .bool(true))], tensors: [], overwrites: false)
            }
            #expect(empty?.problem.contains("0 bytes") == true)
        }
    }
}
