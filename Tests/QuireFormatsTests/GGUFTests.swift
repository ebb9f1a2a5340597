import QuireFormats
import Testing

@Suite("GGUF")
struct GGUFTests {
    @Test("every metadata type of a real file is read")
    func metadata() throws {
        let metadata = try GGUFFile(path: Fixture.path("small.gguf")).metadata
        #expect(metadata["general.architecture"] == .string("llama"))
        #expect(metadata["general.name"]?.string == "small é")
        #expect(metadata["test.u8"] == .uint(200))
        #expect(metadata["test.i8"] == .int(-100))
        #expect(metadata["test.u16"]?.integer == 60000)
        #expect(metadata["test.i16"]?.integer == -30000)
        #expect(metadata["test.u32"]?.integer == 4_000_000_000)
        #expect(metadata["test.i32"]?.integer == -2_000_000_000)
        #expect(metadata["test.u64"] == .uint(1 << 63 + 5))
        #expect(metadata["test.u64"]?.integer == nil)
        #expect(metadata["test.i64"]?.integer == -(1 << 62))
        #expect(metadata["test.f32"] == .float(0.5))
        #expect(metadata["test.f64"]?.number == 0.1)
        #expect(metadata["test.bool"]?.bool == true)
        #expect(metadata["test.strings"]?.strings == ["a", "", "▁é", "🎈"])
        #expect(metadata["test.ints"]?.integers == [1, -2, 3])
        #expect(metadata["test.floats"]?.numbers == [0.5, -1.5])
        #expect(metadata["test.bools"]?.bools == [true, false])
        #expect(metadata["test.bools"]?.strings == nil)
    }

    @Test("versions 2 and 3 are read alike", arguments: [UInt32(2), 3])
    func versions(version: UInt32) throws {
        var file = valid
        file.version = version
        try withFile(file.bytes, named: "m.gguf") { path in
            let opened = try GGUFFile(path: path)
            #expect(opened.version == Int(version))
            #expect(opened.tensors.map(\.shape) == [[2, 4], [1]])
        }
    }

    @Test("a vocabulary of 200,000 strings is read within seconds")
    func vocabulary() throws {
        var file = GGUFBytes()
        let tokens = (0..<200_000).map { "▁token\($0)" }
        file.addStrings("tokenizer.ggml.tokens", tokens)
        try withFile(file.bytes, named: "m.gguf") { path in
            let clock = ContinuousClock()
            var read: [String]?
            let elapsed = try clock.measure {
                read = try GGUFFile(path: path).metadata["tokenizer.ggml.tokens"]?.strings
            }
            #expect(read == tokens)
            #expect(elapsed < .seconds(5))
        }
    }

    @Test("another alignment moves the data")
    func alignment() throws {
        var file = GGUFBytes()
        file.alignment = 64
        file.add("general.alignment", type: 4, littleEndian(UInt32(64)))
        file.addTensor("a", [2], type: 24, offset: 0)
        file.addTensor("b", [2], type: 24, offset: 64)
        file.data = [1, 2] + [UInt8](repeating: 0, count: 62) + [3, 4]
        try withFile(file.bytes, named: "m.gguf") { path in
            let tensors = try GGUFFile(path: path).tensors
            #expect(tensors.map { hex($0.bytes) } == ["0102", "0304"])
            #expect(tensors.allSatisfy { $0.bytes.isAligned(to: 64) })
        }
    }

    /// Two tensors of 32 and 4 bytes.
    var valid: GGUFBytes {
        var file = GGUFBytes()
        file.add("k", type: 4, littleEndian(UInt32(1)))
        file.addTensor("a", [4, 2], type: 0, offset: 0)
        file.addTensor("b", [1], type: 0, offset: 32)
        file.data = [UInt8](repeating: 1, count: 36)
        return file
    }

    func refused(_ words: String, _ change: (inout GGUFBytes) -> Void) throws {
        var file = valid
        change(&file)
        let message = try #require(try refusal(file.bytes, named: "m.gguf"))
        #expect(message.contains(words))
    }

    @Test("the well-formed file that the next tests break opens")
    func base() throws {
        #expect(try refusal(valid.bytes, named: "m.gguf") == nil)
    }

    @Test("another magic, version 1, a big-endian file and future versions are refused, each in its words")
    func header() throws {
        try refused("found no 'GGUF'") { $0.magic = Array("GGML".utf8) }
        try refused("found 1, expected 2 or 3: convert the model again") { $0.version = 1 }
        try refused("found 3 in big-endian order") { $0.version = UInt32(3).byteSwapped }
        try refused("found 2 in big-endian order") { $0.version = UInt32(2).byteSwapped }
        try refused("found 4, expected 2 or 3") { $0.version = 4 }
        try refused("found 0, expected 2 or 3") { $0.version = 0 }
    }

    @Test("a count that the file cannot hold is refused before anything is allocated", arguments: [1000, UInt64.max])
    func counts(count: UInt64) throws {
        try refused("tensor count at byte 8: found \(count), expected at most") { $0.tensorCount = count }
        try refused("metadata count at byte 16: found \(count), expected at most") { $0.metadataCount = count }
        try refused("element count of metadata 'x'") {
            $0.add("x", type: 9, littleEndian(UInt32(0)) + littleEndian(count))
        }
        try refused("length of metadata 'x'") { $0.add("x", type: 8, littleEndian(count)) }
        try refused(count > 65_535 ? "found a length of \(count)" : "bytes to the end, expected 1000") {
            $0.add(rawEntry: littleEndian(count) + [65])
        }
    }

    @Test("an array of more elements than a file may have is refused")
    func elementBudget() throws {
        var file = GGUFBytes()
        let count = 1 << 24 + 1
        file.add(
            "x", type: 9, littleEndian(UInt32(0)) + littleEndian(UInt64(count)) + [UInt8](repeating: 0, count: count))
        let message = try #require(try refusal(file.bytes, named: "m.gguf"))
        #expect(message.contains("expected at most 16777216 more array elements"))
    }

    @Test("unknown value types, deep arrays, booleans beyond 1, text that is not UTF-8 and empty keys are refused")
    func values() throws {
        try refused("type of metadata 'x' at byte") { $0.add("x", type: 13, [0]) }
        try refused("found 13, expected a value type from 0 to 12") {
            $0.add("x", type: 9, littleEndian(UInt32(13)) + littleEndian(UInt64(1)) + [0])
        }
        try refused("arrays nested deeper than 4") {
            let level = littleEndian(UInt32(9)) + littleEndian(UInt64(1))
            $0.add("x", type: 9, level + level + level + level + level)
        }
        try refused("found 2, expected 0 or 1 for a boolean") { $0.add("x", type: 7, [2]) }
        try refused("not UTF-8") { $0.add("x", type: 8, littleEndian(UInt64(2)) + [0xC3, 0x28]) }
        try refused("found a length of 0, expected 1 to 65535") { $0.add("", type: 7, [1]) }
    }

    @Test("duplicate keys and duplicate tensor names are refused by name")
    func duplicates() throws {
        try refused("metadata 'k' at byte") { $0.add("k", type: 7, [1]) }
        try refused("tensor 'a' at byte") {
            $0.addTensor("a", [1], type: 0, offset: 64)
            $0.data += [UInt8](repeating: 0, count: 32)
        }
    }

    @Test("no dimension, five dimensions, a zero dimension and an overflowing shape are refused")
    func dimensions() throws {
        try refused("dimension count at byte") { $0.addTensor("x", [], type: 0, offset: 64) }
        try refused("found 5, expected 1 to 4") { $0.addTensor("x", [1, 1, 1, 1, 1], type: 0, offset: 64) }
        try refused("found 0, expected 1 to") { $0.addTensor("x", [0], type: 0, offset: 64) }
        try refused("found \(UInt64.max), expected 1 to") { $0.addTensor("x", [.max], type: 0, offset: 64) }
        try refused("fits in 63 bits") { $0.addTensor("x", [1 << 62, 4], type: 0, offset: 64) }
    }

    @Test("unknown and removed tensor types and ragged blocks are refused by number")
    func types() throws {
        try refused("found the unknown tensor type 99") { $0.addTensor("x", [32], type: 99, offset: 64) }
        try refused("found 4 (Q4_2), which GGUF has removed") { $0.addTensor("x", [32], type: 4, offset: 64) }
        try refused("found rows of 33, expected a multiple of 32 for q4_0") {
            $0.addTensor("x", [33], type: 2, offset: 64)
        }
    }

    @Test("offsets that are unaligned, beyond the file or inside another tensor are refused")
    func offsets() throws {
        try refused("found 65, expected a multiple of the alignment 32") { $0.addTensor("x", [1], type: 0, offset: 65) }
        try refused("found \(UInt64.max), expected a multiple") { $0.addTensor("x", [1], type: 0, offset: .max) }
        try refused("found 4 bytes at 64, expected an end of at most 36") {
            $0.addTensor("x", [1], type: 0, offset: 64)
        }
        try refused("expected an end of at most 36") { $0.addTensor("x", [1], type: 0, offset: UInt64(Int.max) & ~31) }
        try refused("inside") { $0.addTensor("x", [1], type: 0, offset: 0) }
        try refused("tensor 'x', offset: found 32, inside 'b', expected at least 36") {
            $0.addTensor("x", [1], type: 0, offset: 32)
        }
        try refused("expected an end of at most") { $0.data.removeLast() }
    }

    @Test("an alignment that is no power of two is refused", arguments: [UInt32(0), 3, 48, 1 << 31])
    func badAlignment(alignment: UInt32) throws {
        try refused("general.alignment: found \(alignment), expected a power of two") {
            $0.add("general.alignment", type: 4, littleEndian(alignment))
        }
    }

    @Test("every truncation of a real file is refused")
    func truncations() throws {
        let bytes = try Fixture.bytes("small.gguf")
        let padding = 31  // the writer pads the end of the last tensor
        for count in 0..<(bytes.count - padding) {
            #expect(try refusal(Array(bytes.prefix(count)), named: "m.gguf") != nil, "\(count) bytes")
        }
    }
}
