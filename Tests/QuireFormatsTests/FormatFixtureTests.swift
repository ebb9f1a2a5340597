import QuireFormats
import Testing

@Suite("files by the reference writers")
struct FormatFixtureTests {
    @Test(
        "every tensor has the type, shape and bytes that the reference library reads back",
        arguments: try Fixture.expectations().keys.sorted())
    func contents(file name: String) throws {
        let expected = try #require(try Fixture.expectations()[name])
        let file = try TensorFiles.open(Fixture.path(name))
        #expect(Set(file.tensors.map(\.name)) == Set(expected.keys))
        #expect(file.tensors.count == expected.count)
        for tensor in file.tensors {
            let expectation = try #require(expected[tensor.name])
            #expect(tensor.type.rawValue == expectation.type, "\(tensor.name)")
            #expect(tensor.shape == expectation.shape, "\(tensor.name)")
            #expect(hex(tensor.bytes) == expectation.hex, "\(tensor.name)")
            #expect(tensor.type.byteCount(shape: tensor.shape) == tensor.bytes.count)
            #expect(tensor.path == file.path)
        }
    }

    @Test("the format is told by the first bytes, whatever the name")
    func sniffing() throws {
        for (name, format) in [
            ("types.safetensors", "safetensors"), ("small.gguf", "GGUF v3"), ("state_dict.bin", "PyTorch"),
        ] {
            let found = try withFile(Fixture.bytes(name), named: "weights") { path in
                try TensorFiles.open(path).formatName
            }
            #expect(found == format)
        }
    }

    @Test("an unknown format, a Git LFS pointer and a missing file are refused by name")
    func unknown() throws {
        #expect(try refusal(Array("hello, world".utf8), named: "x")?.contains("found an unknown format") == true)
        let pointer = Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n".utf8)
        #expect(try refusal(pointer, named: "model.safetensors")?.contains("Git LFS pointer") == true)
        let missing = #expect(throws: FormatError.self) { try TensorFiles.open("no/such/file.gguf") }
        #expect(missing?.description.contains("no/such/file.gguf: cannot be opened") == true)
        let folder = #expect(throws: FormatError.self) { try TensorFiles.open(Fixture.path("")) }
        #expect(folder?.description.contains("found a directory") == true)
    }

    @Test("an empty file is refused in every format", arguments: ["a.safetensors", "a.gguf", "a.bin", "a"])
    func empty(name: String) throws {
        #expect(try refusal([], named: name) != nil)
    }

    @Test("a mapping stays readable while any tensor of it is held, and after its pages are released")
    func lifetime() throws {
        let values: [UInt8] = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let header = "{" + tensorField("a", "U8", "[100000]", 0, 100_000) + "}"
        let bytes = try withFile(safetensors(header: Array(header.utf8), data: values)) { path in
            try #require(try TensorFiles.open(path).tensors.first).bytes
        }
        #expect(bytes.withUnsafeBytes { Array($0) } == values)
        bytes.releasePages()
        #expect(bytes.withUnsafeBytes { Array($0) } == values)
        bytes.slice(at: 5, count: 10)?.releasePages()
        #expect(bytes.slice(at: 5, count: 10)?.withUnsafeBytes { Array($0) } == Array(values[5..<15]))
        #expect(bytes.slice(at: 99_999, count: 2) == nil)
        #expect(bytes.slice(at: -1, count: 1) == nil)
        #expect(bytes.slice(at: Int.max, count: Int.max) == nil)
    }
}
