import Foundation
import QuireTokenizers
import TestSupport
import Testing

@Suite("A tokenizer.json that cannot be used is refused by name")
struct TokenizerJSONErrorTests {
    private func error(
        _ members: [String: Any] = [:], model: [String: Any] = TokenizerBuilder.wordLevel
    ) throws -> TokenizerError {
        let error = try #require(throws: TokenizerError.self) { try TokenizerBuilder.tokenizer(members, model: model) }
        #expect(error.file == "tokenizer.json")
        return error
    }

    @Test(
        "unknown types are named beside the known ones",
        arguments: [
            ("normalizer", "BertNormalizer, ByteLevel, Lowercase"), ("pre_tokenizer", "BertPreTokenizer, ByteLevel"),
            ("decoder", "BPEDecoder, ByteFallback"), ("post_processor", "BertProcessing, ByteLevel"),
            ("model", "BPE, Unigram, WordLevel, WordPiece"),
        ])
    func unknownTypes(key: String, known: String) throws {
        let error = try error([key: ["type": "Nope"]])
        #expect(error.field == "\(key).type")
        #expect(error.value == "\"Nope\"")
        #expect(error.expected.contains(known))
    }

    @Test("corrupt merges")
    func merges() throws {
        let vocabulary: [String: Any] = ["a": 0, "b": 1, "ab": 2]
        for merges in [["a"], ["a b c"], ["a x"], ["b a"], [["a"]], [1]] as [[Any]] {
            #expect(try error(model: TokenizerBuilder.bpe(vocabulary, merges: merges)).field == "model.merges[0]")
        }
        #expect(
            try TokenizerBuilder.tokenizer([:], model: TokenizerBuilder.bpe(vocabulary, merges: [["a", "b"]])).encode(
                "ab") == [2])
    }

    @Test("ids that are there twice, negative, or no numbers")
    func ids() throws {
        #expect(
            try error(model: TokenizerBuilder.bpe(["a": 0, "b": 0], merges: [])).expected.contains("an id of its own"))
        #expect(try error(model: TokenizerBuilder.bpe(["a": -1], merges: [])).field == "model.vocab[\"a\"]")
        #expect(try error(model: TokenizerBuilder.bpe(["a": "x"], merges: [])).value == "\"x\"")
        #expect(
            try error(model: TokenizerBuilder.bpe(["a": 1_000_000_000_000], merges: [])).expected.contains(
                "an id from 0"))
        let twice: [[String: Any]] = [["id": 5, "content": "x"], ["id": 5, "content": "y"]]
        #expect(try error(["added_tokens": twice]).field == "added_tokens[1]")
        #expect(try error(["added_tokens": [["id": 0, "content": "x"]]]).value.contains("<unk>"))
        #expect(try error(["added_tokens": [["id": 3, "content": "<unk>"]]]).expected.contains("0"))
    }

    @Test("ids beyond the pieces, in a template and in a vocabulary")
    func beyond() throws {
        let template: [String: Any] = ["type": "BertProcessing", "sep": ["[SEP]", 9], "cls": ["[CLS]", 8]]
        #expect(try error(["post_processor": template]).value.contains("8"))
        let unigram: [String: Any] = ["type": "Unigram", "vocab": [["a", -1.0]], "unk_id": 4]
        #expect(try error(model: unigram).field == "model.unk_id")
        // Gaps are ids without a piece.
        let gaps = try TokenizerBuilder.tokenizer([:], model: TokenizerBuilder.bpe(["a": 7], merges: []))
        #expect(gaps.vocabularySize == 8)
        #expect(gaps.piece(for: 3) == nil && gaps.decode([3, 7, 100]) == "a")
    }

    @Test("bytes that are no JSON, no UTF-8, or nested too deep")
    func json() throws {
        for (bytes, expected) in [
            (Array("{".utf8), "offset 1"), (Array("{\"a\":\u{7}}".utf8), "offset 5"), ([0x22, 0xFF, 0x22], "offset 1"),
            (Array("\"\\ud800\"".utf8), "offset 1"), (Array(String(repeating: "[", count: 10_000).utf8), "offset 65"),
            (Array("[]".utf8), "the file"), (Array("{} x".utf8), "offset 3"),
        ] {
            let error = try #require(throws: TokenizerError.self) { try HuggingFaceTokenizer(json: bytes) }
            #expect(error.field == expected, "\(error)")
        }
    }

    @Test("a file that is missing")
    func missing() throws {
        let error = try #require(throws: TokenizerError.self) {
            try HuggingFaceTokenizer(contentsOf: "/no/tokenizer.json")
        }
        #expect(error.file == "/no/tokenizer.json")
    }

    @Test("truncation and padding are left out with a warning")
    func warnings() throws {
        let tokenizer = try TokenizerBuilder.tokenizer(["truncation": ["max_length": 1], "padding": ["length": 5]])
        #expect(tokenizer.warnings.count == 2 && tokenizer.warnings[0].contains("truncation"))
        #expect(tokenizer.encode("a").count == 1)
    }

    @Test("the files beside it give roles, as texts or objects, and what stands around a text")
    func roles() throws {
        let config = Array(
            #"{"bos_token": {"content": "<s>"}, "eos_token": "</s>", "add_bos_token": true, "add_eos_token": true}"#
                .utf8)
        let added: [[String: Any]] = [
            ["id": 1, "content": "<s>", "special": true], ["id": 2, "content": "</s>", "special": true],
        ]
        let tokenizer = try TokenizerBuilder.tokenizer(["added_tokens": added], roles: TokenRoles(config: config))
        #expect(tokenizer.encode("a") == [1, 0, 2])
        #expect(tokenizer.specialTokens == SpecialTokens(bos: 1, eos: 2, unknown: 0, addsBOS: true, addsEOS: true))
        #expect(throws: TokenizerError.self) { try TokenRoles(config: Array(#"{"bos_token": 7}"#.utf8)) }
        let map = try TokenRoles(config: nil, specialTokensMap: Array(#"{"pad_token": "<pad>"}"#.utf8))
        #expect(map.pad == "<pad>")
    }

    @Test("a mutated file throws or makes a working tokenizer", arguments: TokenizerJSONVectors.all)
    func mutations(vectors: TokenizerJSONVectors) throws {
        let original = [UInt8](try Data(contentsOf: vectors.file))
        var random = SeededRandom(seed: UInt64(original.count))
        for _ in 0..<120 {
            var bytes = original
            for _ in 0..<RandomTexts.below(3, &random) + 1 {
                let place = RandomTexts.below(bytes.count, &random)
                let end = min(bytes.count, place + RandomTexts.below(12, &random))
                switch RandomTexts.below(4, &random) {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.removeSubrange(place..<end)
                case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
                default: bytes.swapAt(place, RandomTexts.below(bytes.count, &random))
                }
                if bytes.isEmpty { break }
            }
            guard let tokenizer = try? HuggingFaceTokenizer(json: bytes) else { continue }
            let ids = tokenizer.encode("The ing  café 日本 👩‍🚀 \0 <s> 123 <|x|>")
            _ = tokenizer.decode(ids)
            #expect(tokenizer.encodeWithOffsets("The ing  café 日本", addSpecialTokens: true).allSatisfy { $0.id >= 0 })
        }
    }
}
