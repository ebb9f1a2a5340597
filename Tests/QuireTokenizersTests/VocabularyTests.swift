import QuireTokenizers
import Testing

@Suite("Vocabularies")
struct VocabularyTests {
    @Test("a vocabulary given as arrays encodes as the file it came from", arguments: ["bpe-identity", "bpe-unused"])
    func arrays(name: String) throws {
        let model = try SentencePieceModel(contentsOf: VectorSet(name: name, restoresText: true).model.path)
        let fromFile = SentencePieceTokenizer(model: model)
        let ids = 0..<TokenID(fromFile.vocabularySize)
        let vocabulary = try SentencePieceVocabulary(
            pieces: ids.map { fromFile.piece(for: $0)! }, scores: ids.map { model.vocabulary.score(of: $0)! },
            types: ids.map { model.vocabulary.type(of: $0)! })
        let fromArrays = try SentencePieceTokenizer(
            vocabulary: vocabulary, kind: .bpe, normalizer: NormalizerSpec(),
            specialTokens: SpecialTokens(bos: 1, eos: 2, unknown: 0))
        for text in try VectorSet.texts() {
            #expect(fromArrays.encode(text) == fromFile.encode(text))
        }
    }

    @Test("pieces and ids are each other's inverse", arguments: VectorSet.checkedIn)
    func inverse(set: VectorSet) throws {
        let tokenizer = try set.tokenizer()
        for id in 0..<TokenID(tokenizer.vocabularySize) {
            let piece = try #require(tokenizer.piece(for: id))
            #expect(tokenizer.id(for: piece) == id)
        }
        #expect(tokenizer.id(for: "no such piece") == nil)
        #expect(tokenizer.id(for: "") == nil)
    }

    @Test("the character U+0000 beside byte pieces is never produced as a piece")
    func null() throws {
        let tokenizer = try ModelBuilder.tokenizer([("a", -1, .normal), ("\0", -1, .normal)] + ModelBuilder.bytes)
        #expect(tokenizer.encode("a\0a", addSpecialTokens: false) == [3, 5, 3])
        #expect(tokenizer.vocabulary.type(of: 4) == .unused)
    }

    @Test("the caller may name the unknown piece, as GGUF metadata does")
    func namedUnknown() throws {
        func vocabulary(_ unknownID: TokenID?) throws -> SentencePieceVocabulary {
            try SentencePieceVocabulary(
                pieces: ["<unk>", "a", "[PAD]"], scores: [0, -1, -2], types: [.control, .normal, .unknown],
                unknownID: unknownID)
        }
        let named = try vocabulary(0)
        #expect(named.unknownID == 0)
        #expect(named.type(of: 2) == .unused)
        #expect(try vocabulary(nil).unknownID == 2)
        #expect(throws: TokenizerError.self) { try vocabulary(3) }
        #expect(throws: TokenizerError.self) { try vocabulary(-1) }
    }

    @Test("special tokens are added only where the model has them")
    func addedTokens() throws {
        let tokenizer = try ModelBuilder.tokenizer([("a", -1, .normal)])
        var special = tokenizer.specialTokens
        special.bos = nil
        special.addsEOS = true
        let other = try SentencePieceTokenizer(
            vocabulary: tokenizer.vocabulary, kind: .bpe, normalizer: tokenizer.normalizer, specialTokens: special)
        #expect(tokenizer.encode("a") == [1, 3])
        #expect(other.encode("a") == [3, 2])
        #expect(other.encode("a", addSpecialTokens: false) == [3])
    }
}
