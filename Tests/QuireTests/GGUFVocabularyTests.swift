import Foundation
import Quire
import QuireFormats
import QuireTokenizers
import Testing

@Suite("Vocabularies in GGUF files")
struct GGUFVocabularyTests {
    static let vocabulary = "vocab/ggml-vocab-llama-spm.gguf"

    @Test(
        "LLaMA's gives the ids of its conformance file for every text",
        .enabled(if: Repository.hasConformanceData(vocabulary), "skipped: no conformance data"))
    func llama() throws {
        let path = "\(Repository.conformanceData)/\(Self.vocabulary)"
        let tokenizer = try SentencePieceTokenizer(gguf: try GGUFFile(path: path))
        let texts = try String(contentsOfFile: path + ".inp", encoding: .utf8)
            .components(separatedBy: "\n__ggml_vocab_test__\n")
        let expected = try String(contentsOfFile: path + ".out", encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.split(separator: " ").compactMap { TokenID($0) } }
        #expect(texts.count > 40)
        for (text, ids) in zip(texts, expected) {
            #expect(tokenizer.encode(text, addSpecialTokens: false) == ids, "\(text.debugDescription)")
        }
    }
}
