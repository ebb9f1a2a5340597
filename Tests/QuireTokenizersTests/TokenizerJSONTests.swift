import Foundation
import QuireTokenizers
import TestSupport
import Testing

@Suite("Same ids and texts as the tokenizers library")
struct TokenizerJSONTests {
    @Test("every text has its ids and decodes to the same text", arguments: TokenizerJSONVectors.all)
    func texts(vectors: TokenizerJSONVectors) throws {
        let tokenizer = try vectors.tokenizer()
        let texts = try TokenizerJSONVectors.texts()
        let expected = try vectors.expectations().encodings
        try #require(expected.count == texts.count)
        var failures = 0
        for (text, line) in zip(texts, expected) {
            let ids = tokenizer.encode(text)
            let decoded = tokenizer.decode(ids, skipSpecialTokens: false)
            let isRight =
                ids.count == line.count && TokenizerJSONVectors.hash(ids) == line.ids && line.sample ?? ids == ids
            let isDecoded = TokenizerJSONVectors.hash(decoded.utf8) == line.decoded
            if isRight, isDecoded { continue }
            failures += 1
            if failures > 5 { continue }
            Issue.record(
                """
                \(text.debugDescription): ids \(ids), expected \(line.count): \(line.sample ?? []), \
                decoded \(isDecoded ? "right" : "wrong: \(decoded.debugDescription)")
                """)
        }
        #expect(failures == 0)
    }

    @Test("ids in any order decode to the same text, at once and one by one", arguments: TokenizerJSONVectors.all)
    func decoding(vectors: TokenizerJSONVectors) throws {
        let tokenizer = try vectors.tokenizer()
        let expected = try vectors.expectations().decodings
        var random = SeededRandom(seed: 77)
        for hashes in expected {
            let ids = (0..<RandomTexts.below(12, &random)).map { _ in
                TokenID(RandomTexts.below(tokenizer.vocabularySize, &random))
            }
            for (hash, skips) in zip(hashes, [true, false]) {
                let text = tokenizer.decode(ids, skipSpecialTokens: skips)
                #expect(TokenizerJSONVectors.hash(text.utf8) == hash, "\(ids) \(text.debugDescription)")
                var stream = StreamingDetokenizer(tokenizer: tokenizer, skipSpecialTokens: skips)
                let streamed = ids.map { stream.append($0) }.joined() + stream.finish()
                #expect(streamed.utf8.elementsEqual(text.utf8), "\(ids) \(streamed.debugDescription)")
            }
        }
    }

    @Test("offsets ascend, never cut a character, and stand beside the same ids", arguments: TokenizerJSONVectors.all)
    func offsets(vectors: TokenizerJSONVectors) throws {
        let tokenizer = try vectors.tokenizer()
        for text in try TokenizerJSONVectors.texts().prefix(600) {
            let tokens = tokenizer.encodeWithOffsets(text, addSpecialTokens: true)
            #expect(tokens.map(\.id) == tokenizer.encode(text))
            let bytes = Array(text.utf8)
            var end = 0
            for token in tokens {
                #expect(token.byteRange.lowerBound >= end, "\(text.debugDescription)")
                end = token.byteRange.upperBound
                #expect(end <= bytes.count && (end == bytes.count || bytes[end] & 0xC0 != 0x80))
            }
        }
    }
}
