import QuireTokenizers
import Testing

@Suite("Same ids and texts as the SentencePiece library")
struct ConformanceTests {
    @Test("models made for these tests", arguments: VectorSet.checkedIn)
    func checkedIn(set: VectorSet) throws {
        try check(set)
    }

    @Test(
        "the tokenizer of stories260K",
        .enabled(if: VectorSet.tok512.isThere, "skipped: no conformance data"))
    func tok512() throws {
        try check(.tok512)
    }

    @Test(
        "the tokenizer of the bundled model",
        .enabled(if: VectorSet.quireTiny.isThere, "skipped: no ModelZoo/quire-tiny/tokenizer.model"))
    func quireTiny() throws {
        try check(.quireTiny)
    }

    private func check(_ set: VectorSet) throws {
        let tokenizer = try set.tokenizer()
        let texts = try VectorSet.texts()
        let lines = try set.lines()
        let head = try #require(lines.first)
        let fingerprint = try set.fingerprint()
        try #require(
            head.fingerprint == fingerprint,
            "vectors of another model: \(set.remedy)")
        #expect(tokenizer.vocabularySize == head.pieces)
        try #require(lines.count > texts.count)
        for (text, line) in zip(texts, lines.dropFirst()) {
            check(tokenizer, text, line, restoresText: set.restoresText)
        }
        for line in lines.dropFirst(1 + texts.count) {
            let ids = try #require(line.random)
            let expected = try #require(line.decoded)
            #expect(Array(tokenizer.decode(ids).utf8) == Array(expected.utf8), "ids \(ids)")
        }
    }

    /// Texts are compared as bytes: `==` of strings would take é for e and an accent.
    private func check(
        _ tokenizer: SentencePieceTokenizer, _ text: String, _ line: VectorSet.Line, restoresText: Bool
    ) {
        let ids = tokenizer.encode(text, addSpecialTokens: false)
        #expect(ids == line.ids, "text \(text.debugDescription)")
        let decoded = tokenizer.decode(ids)
        #expect(Array(decoded.utf8) == Array((line.decoded ?? text).utf8), "text \(text.debugDescription)")
        if restoresText, !text.unicodeScalars.contains("\u{2581}") {
            #expect(Array(decoded.utf8) == Array(text.utf8))
        }
        let tokens = tokenizer.encodeWithOffsets(text, addSpecialTokens: false)
        #expect(tokens.map(\.id) == ids)
        if let spans = line.spans {
            let ranges = tokens.map { [$0.byteRange.lowerBound, $0.byteRange.upperBound] }
            #expect(ranges == spans, "text \(text.debugDescription)")
        }
    }
}
