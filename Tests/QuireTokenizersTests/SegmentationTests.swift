import QuireTokenizers
import Testing

@Suite("Cutting text into pieces")
struct SegmentationTests {
    private func pieces(_ tokenizer: SentencePieceTokenizer, _ text: String) -> [String] {
        tokenizer.encodeWithOffsets(text, addSpecialTokens: false).map(\.piece)
    }

    @Test("BPE merges the best pair first, the leftmost among equals")
    func order() throws {
        let equal = try ModelBuilder.tokenizer([
            ("a", -9, .normal), ("b", -9, .normal), ("c", -9, .normal), ("ab", -1, .normal), ("bc", -1, .normal),
        ])
        #expect(pieces(equal, "abc") == ["ab", "c"])
        #expect(pieces(equal, "bcabc") == ["bc", "ab", "c"])
        let better = try ModelBuilder.tokenizer([
            ("a", -9, .normal), ("b", -9, .normal), ("c", -9, .normal), ("ab", -1, .normal), ("bc", -0.5, .normal),
        ])
        #expect(pieces(better, "abc") == ["a", "bc"])
    }

    @Test("a score of -0 ranks below 0")
    func negativeZero() throws {
        let tokenizer = try ModelBuilder.tokenizer([
            ("a", -5, .normal), ("b", -5, .normal), ("c", -5, .normal), ("ab", -0.0, .normal), ("bc", 0, .normal),
        ])
        #expect(pieces(tokenizer, "abc") == ["a", "bc"])
    }

    @Test("a merge may start from characters that are no pieces")
    func characterWithoutPiece() throws {
        let tokenizer = try ModelBuilder.tokenizer([("ab", -1, .normal), ("abab", -2, .normal), ("éé", -1, .normal)])
        #expect(pieces(tokenizer, "xababaéé") == ["x", "abab", "a", "éé"])
    }

    @Test("an unused piece is taken apart again, and alone it is unknown")
    func unused() throws {
        let tokenizer = try ModelBuilder.tokenizer([
            ("a", -3, .normal), ("b", -3, .normal), ("ab", -1, .unused), ("abb", -2, .normal), ("bb", -3, .unused),
            ("c", -1, .unused),
        ])
        #expect(pieces(tokenizer, "abab") == ["a", "b", "a", "b"])
        #expect(pieces(tokenizer, "abb") == ["abb"])
        #expect(pieces(tokenizer, "bb") == ["b", "b"])
        #expect(tokenizer.encode("c", addSpecialTokens: false) == [0])
    }

    @Test("a run of unknown characters is one token", arguments: [SentencePieceModel.Kind.bpe, .unigram])
    func unknownRun(kind: SentencePieceModel.Kind) throws {
        let tokenizer = try ModelBuilder.tokenizer([("a", -5, .normal), ("b", -5, .normal)], kind: kind)
        #expect(tokenizer.encode("axyzb日", addSpecialTokens: false) == [3, 0, 4, 0])
        let tokens = tokenizer.encodeWithOffsets("axyzb日", addSpecialTokens: false)
        #expect(tokens.map(\.byteRange) == [0..<1, 1..<4, 4..<5, 5..<8])
        #expect(tokens.map(\.piece) == ["a", "xyz", "b", "日"])
    }

    @Test("unknown characters are spelled in bytes", arguments: [SentencePieceModel.Kind.bpe, .unigram])
    func byteFallback(kind: SentencePieceModel.Kind) throws {
        let tokenizer = try ModelBuilder.tokenizer([("a", -5, .normal)] + ModelBuilder.bytes, kind: kind)
        #expect(tokenizer.encode("aé\0", addSpecialTokens: false) == [3, 4 + 0xC3, 4 + 0xA9, 4])
        #expect(tokenizer.decode(tokenizer.encode("aé\0", addSpecialTokens: false)) == "aé\0")
    }

    @Test("user-defined pieces come first, the longest of them", arguments: [SentencePieceModel.Kind.bpe, .unigram])
    func userDefined(kind: SentencePieceModel.Kind) throws {
        let tokenizer = try ModelBuilder.tokenizer(
            [
                ("a", -3, .normal), ("b", -1, .normal), ("c", -2, .normal), ("d", -2, .normal), ("bcd", -1, .normal),
                ("ab", 0, .userDefined), ("abc", 0, .userDefined),
            ], kind: kind)
        #expect(pieces(tokenizer, "abcdabd") == ["abc", "d", "ab", "d"])
    }

    @Test("control pieces are never found in text")
    func control() throws {
        let tokenizer = try ModelBuilder.tokenizer([
            ("<", -3, .normal), ("s", -3, .normal), (">", -3, .normal), ("<s", -2, .normal), ("x", 0, .control),
        ])
        #expect(pieces(tokenizer, "<s>") == ["<s", ">"])
        #expect(tokenizer.encode("sx", addSpecialTokens: false) == [4, 0])
    }

    @Test("canonically equivalent spellings are different pieces")
    func canonicalEquivalence() throws {
        let tokenizer = try ModelBuilder.tokenizer([
            ("\u{E9}", -1, .normal), ("e\u{301}", -1, .normal), ("e", -2, .normal), ("\u{301}", -2, .normal),
        ])
        #expect(tokenizer.encode("\u{E9}e\u{301}", addSpecialTokens: false) == [3, 4])
        #expect(tokenizer.id(for: "\u{E9}") == 3)
        #expect(tokenizer.id(for: "e\u{301}") == 4)
    }

    @Test("Unigram keeps the first path at a tie")
    func unigramTie() throws {
        let tokenizer = try ModelBuilder.tokenizer([("-", -3, .normal), ("--", -4, .normal)], kind: .unigram)
        #expect(pieces(tokenizer, "---") == ["-", "--"])
        #expect(pieces(tokenizer, "-----") == ["-", "--", "--"])
    }

    @Test("Unigram moves sums back before rounding decides")
    func unigramRecentring() throws {
        let tokenizer = try ModelBuilder.tokenizer(
            [("a", -18.961_248_4, .normal), ("aa", -14.985_807_4, .normal)], kind: .unigram)
        let ids = tokenizer.encode(String(repeating: "a", count: 58_507), addSpecialTokens: false)
        #expect(ids.count == 29_254)
        #expect(ids.indices.filter { ids[$0] == 3 } == [27_790])
    }

    @Test("a megabyte of one letter or of spaces is no special case", arguments: ["a", " "])
    func longRuns(letter: String) throws {
        let run = (1...5).map { 1 << $0 }
        let spelled = letter == " " ? "\u{2581}" : letter
        let pieces = run.map { (String(repeating: spelled, count: $0), -Float($0), PieceType.normal) }
        for kind in [SentencePieceModel.Kind.bpe, .unigram] {
            let tokenizer = try ModelBuilder.tokenizer([(spelled, -1, .normal)] + pieces, kind: kind)
            let text = String(repeating: letter, count: 1 << 20)
            let ids = tokenizer.encode(text, addSpecialTokens: false)
            #expect(tokenizer.decode(ids).utf8.count == 1 << 20)
            if kind == .bpe { #expect(ids == Array(repeating: 8, count: 1 << 15)) }
        }
    }
}
