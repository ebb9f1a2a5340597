import QuireFormats
import Testing

@Suite("safetensors")
struct SafetensorsTests {
    @Test("metadata of a real file are read as strings, escapes resolved")
    func metadata() throws {
        let file = try SafetensorsFile(path: Fixture.path("types.safetensors"))
        #expect(file.formatName == "safetensors")
        #expect(file.metadata == ["format": .string("pt"), "note": .string("a \"quoted\" line\nand é 🎈")])
    }

    @Test("a header padded with spaces, empty tensors and scalars are accepted")
    func padding() throws {
        let header =
            "{" + tensorField("s", "F32", "[]", 0, 4) + "," + tensorField("e", "F16", "[0,8]", 4, 4) + ","
            + tensorField("t", "U8", "[2]", 4, 6) + "}   "
        try withFile(safetensors(header, data: 6), named: "m.safetensors") { path in
            let file = try SafetensorsFile(path: path)
            #expect(file.tensors.map(\.name) == ["s", "e", "t"])
            #expect(file.tensors.map(\.shape) == [[], [0, 8], [2]])
            #expect(file.tensors.map(\.bytes.count) == [4, 0, 2])
            #expect(file.tensors.map(\.elementCount) == [1, 0, 2])
        }
    }

    @Test("a file without tensors is accepted")
    func empty() throws {
        #expect(try refusal(safetensors("{}"), named: "m.safetensors") == nil)
    }

    @Test("a header length beyond the file is refused with both numbers")
    func headerBeyondFile() throws {
        let message = try #require(try refusal(safetensors("{}", headerLength: 99), named: "m.safetensors"))
        #expect(message.contains("found 99, expected at most 2"))
    }

    @Test("a header length above the limit is refused before anything is read", arguments: [100_000_001, UInt64.max])
    func absurdHeader(length: UInt64) throws {
        let message = try #require(try refusal(safetensors("{}", headerLength: length), named: "m.safetensors"))
        #expect(message.contains("found \(length), expected at most 100000000"))
    }

    @Test("a file that ends inside its header length is refused", arguments: 0..<8)
    func truncated(count: Int) throws {
        let message = try #require(
            try refusal(Array(repeating: 0, count: count), named: "m.safetensors"))
        #expect(message.contains("header length at byte 0: found \(count) bytes to the end, expected 8"))
    }

    /// Header, bytes of data, words of the message.
    static let malformed: [(header: String, data: Int, words: String)] = [
        ("[]", 0, "does not begin with '{'"),
        (" {}", 0, "does not begin with '{'"),
        ("", 0, "does not begin with '{'"),
        ("{", 0, "expected a key in quotes"),
        ("{}x", 0, "found 'x', expected the end of the JSON text"),
        (#"{"a":1,}"#, 0, "expected a key in quotes"),
        (#"{"a" 1}"#, 0, "expected ':' after the key 'a'"),
        (#"{"a":tru}"#, 0, "expected 'true'"),
        (#"{"a":01}"#, 0, "found '1', expected ',' or '}'"),
        (#"{"a":-}"#, 0, "expected a digit"),
        (#"{"a":1e999}"#, 0, "found the number 1e999, expected a finite number"),
        (#"{"a":"\x"}"#, 0, "unknown escape"),
        (#"{"a":"\ud800"}"#, 0, "half of a surrogate pair"),
        (#"{"a":"\udc00\ud800"}"#, 0, "half of a surrogate pair"),
        (#"{"a":"\u12g4"}"#, 0, "expected a hexadecimal digit"),
        ("{\"a\n\":1}", 0, "expected control characters to be escaped"),
        (#"{"a":"#, 0, "found the end of the text, expected a JSON value"),
        (#"{"a":NaN}"#, 0, "expected a JSON value"),
        (#"{"a":5}"#, 0, "tensor 'a': found 5, expected an object"),
        (#"{"__metadata__":[]}"#, 0, "__metadata__: found a list of 0, expected an object of strings"),
        (#"{"__metadata__":{"k":1}}"#, 0, "__metadata__ 'k': found 1, expected a string"),
        (
            "{" + tensorField("a", "F32", "[1]", 0, 4) + "," + tensorField("a", "F32", "[1]", 4, 8) + "}", 8,
            "found the key 'a' twice"
        ),
        (#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4, "found the key 'dtype' twice"),
        (#"{"__metadata__":{},"__metadata__":{}}"#, 0, "found the key '__metadata__' twice"),
        (#"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, 4, "dtype: found nothing, expected a string"),
        (#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, 4, "shape: found nothing, expected an array"),
        (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4, "data_offsets: found nothing, expected an array"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, 4, "found the field 'x'"),
        ("{" + tensorField("a", "F33", "[1]", 0, 4) + "}", 4, "dtype: found 'F33', expected one of BF16, BOOL"),
        ("{" + tensorField("a", "F32", "[-1]", 0, 4) + "}", 4, "shape: found -1, expected a non-negative integer"),
        ("{" + tensorField("a", "F32", "[1.0]", 0, 4) + "}", 4, "shape: found 1.0, expected a non-negative integer"),
        ("{" + tensorField("a", "F32", "[1e0]", 0, 4) + "}", 4, "expected a non-negative integer"),
        ("{" + tensorField("a", "F32", "[18446744073709551616]", 0, 4) + "}", 4, "expected a non-negative integer"),
        ("{" + tensorField("a", "F32", "[9223372036854775807]", 0, 4) + "}", 4, "a size in bytes that fits in 63 bits"),
        ("{" + tensorField("a", "F32", "[4294967296,4294967296]", 0, 4) + "}", 4, "fits in 63 bits"),
        (
            "{" + tensorField("a", "U8", "[" + Array(repeating: "1", count: 65).joined(separator: ",") + "]", 0, 1)
                + "}",
            1, "shape: found 65 numbers, expected at most 64"
        ),
        ("{" + tensorField("a", "F32", "[2]", 0, 4) + "}", 4, "found 4 bytes, expected 8 for f32 of shape [2]"),
        ("{" + tensorField("a", "F32", "[1]", 0, 8) + "}", 8, "found 8 bytes, expected 4"),
        ("{" + tensorField("a", "F32", "[1]", 4, 0) + "}", 4, "found begin 4 after end 0"),
        ("{" + tensorField("a", "F32", "[2]", 0, 8) + "}", 4, "found end 8, expected at most 4"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}"#, 8, "found 3 numbers, expected begin and end"),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#, 8, "found -4, expected a non-negative"),
        (
            "{" + tensorField("a", "F32", "[2]", 0, 8) + "," + tensorField("b", "F32", "[2]", 4, 12) + "}", 12,
            "tensor 'b', data_offsets: found begin 4, inside 'a', expected at least 8"
        ),
        (
            "{" + tensorField("a", "F32", "[1]", 0, 4) + "," + tensorField("b", "F32", "[1]", 0, 4) + "}", 4,
            "found begin 0, inside"
        ),
        (
            "{" + tensorField("a", "F32", "[1]", 0, 4) + "," + tensorField("b", "F32", "[1]", 8, 12) + "}", 12,
            "found begin 8, after a hole of 4 bytes, expected 4"
        ),
        ("{" + tensorField("a", "F32", "[1]", 4, 8) + "}", 8, "after a hole of 4 bytes, expected 0"),
        ("{" + tensorField("a", "F32", "[1]", 0, 4) + "}", 5, "data: found 5 bytes, expected 4"),
        ("{}", 1, "data: found 1 bytes, expected 0"),
    ]

    @Test("a malformed header is refused with what is wrong with it", arguments: malformed)
    func refused(header: String, data: Int, words: String) throws {
        let message = try #require(try refusal(safetensors(header, data: data), named: "m.safetensors"))
        #expect(message.contains(words))
    }

    @Test("nesting is bounded, so a header cannot exhaust the stack", arguments: ["[", "{\"a\":"])
    func nesting(opening: String) throws {
        let header = "{\"a\":" + String(repeating: opening, count: 1_000_000)
        let message = try #require(try refusal(safetensors(header), named: "m.safetensors"))
        #expect(message.contains("nesting deeper than 32"))
    }

    @Test("a key that is not UTF-8 is refused")
    func invalidUTF8() throws {
        let header: [UInt8] = [0x7B, 0x22, 0xC3, 0x28, 0x22, 0x3A, 0x31, 0x7D]
        let message = try #require(try refusal(safetensors(header: header, data: []), named: "m.safetensors"))
        #expect(message.contains("not UTF-8"))
    }

    @Test("a hostile name cannot flood or drive the terminal through a message")
    func quoting() throws {
        let name = #"\u001b[2J"# + String(repeating: "n", count: 10_000)
        let message = try #require(try refusal(safetensors("{\"\(name)\":1}"), named: "m.safetensors"))
        #expect(message.contains(#"\u{1b}[2Jnnn"#))
        #expect(message.contains("…'"))
        #expect(message.count < 400)
    }

    @Test("every truncation of a real file is refused")
    func truncations() throws {
        let bytes = try Fixture.bytes("types.safetensors")
        for count in 0..<bytes.count {
            #expect(try refusal(Array(bytes.prefix(count)), named: "m.safetensors") != nil, "\(count) bytes")
        }
    }
}
