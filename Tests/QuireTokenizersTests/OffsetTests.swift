import QuireTokenizers
import Testing

@Suite("Where tokens come from")
struct OffsetTests {
    @Test("ranges ascend without overlap and never cut a character", arguments: VectorSet.checkedIn)
    func order(set: VectorSet) throws {
        let tokenizer = try set.tokenizer()
        for text in try VectorSet.texts() {
            let tokens = tokenizer.encodeWithOffsets(text, addSpecialTokens: true)
            #expect(tokens.map(\.id) == tokenizer.encode(text))
            let boundaries = Set(text.unicodeScalars.indices.map { $0.utf16Offset(in: text) })
            var end = 0
            for token in tokens {
                #expect(token.byteRange.lowerBound >= end, "\(text.debugDescription)")
                end = token.byteRange.upperBound
                #expect(end <= text.utf8.count)
                let index = text.utf8.index(text.utf8.startIndex, offsetBy: end)
                #expect(index == text.endIndex || boundaries.contains(index.utf16Offset(in: text)))
            }
        }
    }

    @Test("without normalisation the ranges cover the text", arguments: ["bpe-identity", "bpe-unused"])
    func cover(name: String) throws {
        let tokenizer = try VectorSet(name: name, restoresText: true).tokenizer()
        for text in try VectorSet.texts() {
            var end = 0
            for token in tokenizer.encodeWithOffsets(text, addSpecialTokens: false) {
                #expect(token.byteRange.lowerBound == end)
                end = token.byteRange.upperBound
            }
            #expect(end == text.utf8.count)
        }
    }

    @Test("special tokens stand at the ends, empty")
    func special() throws {
        let model = try SentencePieceModel(contentsOf: VectorSet.checkedIn[0].model.path)
        let tokenizer = SentencePieceTokenizer(model: model, addsBOS: true, addsEOS: true)
        let tokens = tokenizer.encodeWithOffsets("the", addSpecialTokens: true)
        #expect(tokens.first == EncodedToken(id: 1, piece: "<s>", byteRange: 0..<0))
        #expect(tokens.last == EncodedToken(id: 2, piece: "</s>", byteRange: 3..<3))
        #expect(tokenizer.encode("", addSpecialTokens: true) == [1, 2])
        #expect(tokenizer.encode("", addSpecialTokens: false) == [])
    }
}
