import Foundation
import Quire
import QuireFormats
import QuireTokenizers
import Testing

@Suite("Vocabularies in GGUF files")
struct GGUFVocabularyTests {
    static let names = ["llama-spm", "llama-bpe", "gpt-2", "qwen2", "phi-3"]

    private static func path(_ name: String) -> String { "vocab/ggml-vocab-\(name).gguf" }

    @Test(
        "published ones give the ids of their conformance files for every text",
        .enabled(if: names.allSatisfy { Repository.hasConformanceData(path($0)) }, "skipped: no conformance data"),
        arguments: names)
    func published(name: String) throws {
        let path = "\(Repository.conformanceData)/\(Self.path(name))"
        let tokenizer = try LLM.tokenizer(model: path)
        let texts = try String(contentsOfFile: path + ".inp", encoding: .utf8)
            .components(separatedBy: "\n__ggml_vocab_test__\n")
        let expected = try String(contentsOfFile: path + ".out", encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.split(separator: " ").compactMap { TokenID($0) } }
        #expect(texts.count > 40)
        for (text, ids) in zip(texts, expected) {
            #expect(tokenizer.encode(text, addSpecialTokens: false) == ids, "\(text.debugDescription)")
            #expect(tokenizer.encodeWithOffsets(text, addSpecialTokens: false).map(\.id) == ids)
        }
    }
}
