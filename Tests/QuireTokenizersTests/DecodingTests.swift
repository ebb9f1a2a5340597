import QuireTokenizers
import TestSupport
import Testing

@Suite("Putting pieces back together")
struct DecodingTests {
    /// Ids: 3 ▁the, 4 ▁, 5 cat, 6 … the bytes.
    private func tokenizer() throws -> SentencePieceTokenizer {
        try ModelBuilder.tokenizer(
            [("▁the", -1, .normal), ("▁", -2, .normal), ("cat", -3, .normal)] + ModelBuilder.bytes,
            kind: .unigram, addDummyPrefix: true)
    }

    private func byte(_ value: Int) -> TokenID { TokenID(6 + value) }

    @Test("the space that encoding puts in front goes away again, once")
    func leadingSpace() throws {
        let tokenizer = try tokenizer()
        #expect(tokenizer.decode([3, 3]) == "the the")
        #expect(tokenizer.decode([1, 3]) == "the")
        #expect(tokenizer.decode([4, 3]) == " the")
        #expect(tokenizer.decode([5, 3]) == "cat the")
    }

    @Test("text that continues a prompt keeps its leading space")
    func continuing() throws {
        var stream = StreamingDetokenizer(tokenizer: try tokenizer(), continuing: true)
        #expect(stream.append(3) == " the")
        #expect(stream.append(5) == "cat")
        #expect(stream.finish() == "")
    }

    @Test("special tokens are left out or spelled, as asked")
    func specialTokens() throws {
        let tokenizer = try tokenizer()
        #expect(tokenizer.decode([1, 3, 0, 2]) == "the ⁇ ")
        #expect(tokenizer.decode([1, 3, 2], skipSpecialTokens: false) == "<s> the</s>")
        #expect(tokenizer.encode("the cat") == [1, 3, 4, 5])
        #expect((0...6).filter { tokenizer.isSpecial($0) } == [0, 1, 2])
    }

    @Test("bytes that are no character become one U+FFFD each")
    func brokenBytes() throws {
        let tokenizer = try tokenizer()
        #expect(tokenizer.decode([0xE2, 0x96].map(byte)) == "\u{FFFD}\u{FFFD}")
        #expect(tokenizer.decode([0xE2, 0x96].map(byte) + [5]) == "\u{FFFD}\u{FFFD}cat")
        #expect(tokenizer.decode([0xED, 0xA0, 0x80, 0xC0, 0x41].map(byte)) == "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}A")
        #expect(tokenizer.decode([0xF0, 0x9F, 0x98, 0x80].map(byte)) == "😀")
    }

    @Test("ids outside the vocabulary add nothing")
    func outside() throws {
        let tokenizer = try tokenizer()
        #expect(tokenizer.decode([-1, 3, 262, .max, 5]) == "thecat")
        #expect(tokenizer.piece(for: 262) == nil)
        #expect(tokenizer.bytes(for: -1).isEmpty)
        #expect(!tokenizer.isSpecial(.min))
    }

    @Test("a token's bytes are what it adds to running text")
    func bytes() throws {
        let tokenizer = try tokenizer()
        #expect(tokenizer.bytes(for: 3) == Array(" the".utf8))
        #expect(tokenizer.bytes(for: byte(0xE2)) == [0xE2])
        #expect(tokenizer.bytes(for: 1).isEmpty)
        #expect(tokenizer.piece(for: byte(0xE2)) == "<0xE2>")
    }

    @Test("a stream shows a character once it is whole, and no U+FFFD that a later byte would complete")
    func wholeCharacters() throws {
        var stream = StreamingDetokenizer(tokenizer: try tokenizer())
        #expect([0xF0, 0x9F, 0x98].map { stream.append(byte($0)) } == ["", "", ""])
        #expect(stream.append(byte(0x80)) == "😀")
        #expect(stream.append(byte(0xE2)) == "")
        #expect(stream.append(byte(0x41)) == "\u{FFFD}A")
        #expect(stream.append(byte(0xE2)) == "")
        #expect(stream.append(3) == "\u{FFFD} the")
        #expect(stream.append(byte(0xC3)) == "")
        #expect(stream.finish() == "\u{FFFD}")
        #expect(stream.finish() == "")
    }

    @Test("a stream adds up to the whole text", arguments: VectorSet.checkedIn)
    func streams(set: VectorSet) throws {
        let tokenizer = try set.tokenizer()
        var random = SeededRandom(seed: 7)
        let bytes = (0..<TokenID(tokenizer.vocabularySize)).filter { tokenizer.vocabulary.type(of: $0) == .byte }
        for _ in 0..<2_000 {
            let ids = (0..<Int.random(in: 0...24, using: &random)).map { _ in
                if let byte = bytes.randomElement(using: &random), Bool.random(using: &random) { return byte }
                return TokenID.random(in: 0..<TokenID(tokenizer.vocabularySize), using: &random)
            }
            for skips in [true, false] {
                var stream = StreamingDetokenizer(tokenizer: tokenizer, skipSpecialTokens: skips)
                let text = ids.map { stream.append($0) }.joined() + stream.finish()
                let whole = tokenizer.decode(ids, skipSpecialTokens: skips)
                #expect(Array(text.utf8) == Array(whole.utf8), "ids \(ids)")
            }
        }
    }
}
