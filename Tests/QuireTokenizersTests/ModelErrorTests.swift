import Foundation
import QuireTokenizers
import Testing

@Suite("Files that are no model are refused by name")
struct ModelErrorTests {
    private func error(_ change: (inout ModelBuilder) -> Void) throws -> TokenizerError {
        var builder = ModelBuilder()
        change(&builder)
        return try #require(throws: TokenizerError.self) {
            try SentencePieceModel(bytes: builder.build(), name: "some.model")
        }
    }

    @Test("a good model is read")
    func good() throws {
        let builder = ModelBuilder(pieces: ModelBuilder.basics + [("a", -1, .normal)])
        let model = try SentencePieceModel(bytes: builder.build())
        #expect(model.kind == .bpe)
        #expect(model.vocabulary.count == 4)
        #expect(model.specialTokens == SpecialTokens(bos: 1, eos: 2, unknown: 0))
    }

    @Test("pieces that do not make a vocabulary")
    func pieces() throws {
        #expect(try error { $0.pieces += [("a", 0, .normal), ("a", 0, .normal)] }.field == "pieces[4]")
        #expect(try error { $0.pieces.removeFirst() }.value == "a list with 0 pieces of type unknown")
        #expect(try error { $0.pieces.append(("?", 0, .unknown)) }.value == "a list with 2 pieces of type unknown")
        #expect(try error { $0.pieces.append(("", 0, .normal)) }.field == "pieces[3]")
        let long = String(repeating: "a", count: 8000)
        #expect(try error { $0.pieces.append((long, 0, .normal)) }.value == "8000 bytes long")
        #expect(try error { $0.pieces.append(("a\0", 0, .normal)) }.field == "pieces[3]")
        #expect(try error { $0.pieces.removeAll() }.value == "0 pieces")
    }

    @Test("scores that are no numbers", arguments: [Float.nan, .infinity, -.infinity])
    func scores(score: Float) throws {
        #expect(try error { $0.pieces.append(("a", score, .normal)) }.field == "pieces[3].score")
    }

    @Test("a type that is not known")
    func types() throws {
        let failure = try error { $0.extra = ModelBuilder.field(1, [0x0A, 1, 0x61, 0x18, 7]) }
        #expect(failure.field == "pieces[3].type")
        #expect(failure.value == "7")
    }

    @Test("bytes that are not all there, or not announced")
    func bytes() throws {
        #expect(try error { $0.pieces += ModelBuilder.bytes }.field == "trainer_spec.byte_fallback")
        #expect(try error { $0.byteFallback = true }.field == "trainer_spec.byte_fallback")
        #expect(
            try error {
                $0.byteFallback = true
                $0.pieces += ModelBuilder.bytes.dropLast()
            }.value == "a list with 255 pieces of type byte")
    }

    @Test("model types of other kinds, by name", arguments: [(3, "WORD"), (4, "CHAR"), (9, "9")])
    func kinds(kind: Int, name: String) throws {
        let failure = try error { $0.kind = kind }
        #expect(failure.description == "some.model: trainer_spec.model_type is \(name), expected UNIGRAM or BPE")
    }

    @Test("fields of the wrong wire type, groups and overlong numbers")
    func wire() throws {
        #expect(try error { $0.extra = [0x08, 1] }.field == "model.pieces")
        #expect(try error { $0.extra = [0x0B] }.field == "model")
        #expect(try error { $0.extra = [0x50] + Array(repeating: 0xFF, count: 11) }.value.contains("varint"))
        #expect(try error { $0.extra = ModelBuilder.field(1, [0x0A, 2, 0xC3, 0x28]) }.value == "broken UTF-8")
        #expect(try error { $0.extra = [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F] }.field == "model")
    }

    @Test("a file cut off anywhere throws or is a smaller model")
    func truncated() throws {
        let bytes = ModelBuilder(pieces: ModelBuilder.basics + [("abc", -1, .normal)]).build()
        for count in bytes.indices {
            do throws(TokenizerError) {
                _ = try SentencePieceModel(bytes: Array(bytes[..<count]))
            } catch {
                #expect(!error.field.isEmpty)
            }
        }
    }

    @Test("character maps that point outside")
    func characterMaps() throws {
        let model = Array(try Data(contentsOf: VectorSet(name: "unigram-rules", restoresText: false).model))
        let start = try #require(model.indices.dropLast(6).first { Array(model[$0..<$0 + 4]) == [0, 4, 0, 0] })
        func failure(_ change: (inout [UInt8]) -> Void) throws -> TokenizerError {
            var broken = model
            change(&broken)
            return try #require(throws: TokenizerError.self) { try SentencePieceModel(bytes: broken) }
        }
        for size: UInt8 in [2, 5, 0xFF] {
            #expect(try failure { $0[start + 1] = size }.field == "normalizer_spec.precompiled_charsmap")
        }
        // The root: a value, then an offset far outside.
        #expect(try failure { $0[start + 7] = 0x80 }.value == "a root that holds a value")
        #expect(try failure { $0[start + 7] = 0x7F }.value.hasPrefix("unit 0 pointing to unit"))
        #expect(throws: TokenizerError.self) { try CharacterMap(precompiled: [1, 2, 3]) }
    }

    @Test("arrays of different lengths and special tokens outside")
    func arrays() throws {
        #expect(throws: TokenizerError.self) {
            try SentencePieceVocabulary(pieces: ["<unk>", "a"], scores: [0], types: [.unknown, .normal])
        }
        let missing = try #require(throws: TokenizerError.self) {
            try SentencePieceVocabulary(pieces: ["<unk>", "a"], scores: [0, 0], types: [.unknown])
        }
        #expect(missing.description == "types is 1 values, expected 2")
        let vocabulary = try SentencePieceVocabulary(pieces: ["<unk>"], scores: [0], types: [.unknown])
        let outside = try #require(throws: TokenizerError.self) {
            try SentencePieceTokenizer(
                vocabulary: vocabulary, kind: .bpe, normalizer: NormalizerSpec(), specialTokens: SpecialTokens(bos: 1))
        }
        #expect(outside.field == "specialTokens.bos")
    }

    @Test("a file that is not there")
    func missing() throws {
        let failure = try #require(throws: TokenizerError.self) { try SentencePieceModel(contentsOf: "no/such.model") }
        #expect(failure.file == "no/such.model")
    }
}
