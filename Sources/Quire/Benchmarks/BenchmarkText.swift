import Foundation
import ModelZoo
import QuireCore

/// Text to make prompts of any length from: what the embedded model was tested on and never saw, or, for a model without
/// a tokenizer, random tokens.
struct BenchmarkText {
    private let tokens: [TokenID]
    /// Where documents begin.
    private let beginnings: [Int]

    /// - Throws: `ModelError` where the text cannot be read.
    init(for llm: LLM) throws {
        guard let tokenizer = llm.tokenizer else {
            var random = RandomSource(seed: 1, position: 0)
            tokens = (0..<10_007).map { _ in TokenID(random.next() % UInt64(llm.vocabularySize)) }
            beginnings = (0..<997).map { $0 * 10 }
            return
        }
        let directory = ModelZoo.directory(of: "quire-tiny") ?? ""
        let path = directory + "/heldout.txt"
        do {
            var tokens: [TokenID] = []
            var beginnings: [Int] = []
            for document in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n\n") {
                beginnings.append(tokens.count)
                tokens += tokenizer.encode(String(document))
            }
            (self.tokens, self.beginnings) = (tokens, beginnings)
        } catch {
            throw ModelError.unreadable(path: path, reason: (error as NSError).localizedDescription)
        }
    }

    /// `length` tokens from the beginning of a document on, of another one for the next `number`.
    func prompt(_ length: Int, number: Int) -> [TokenID] {
        let start = beginnings[number % beginnings.count]
        return (0..<length).map { tokens[(start + $0) % tokens.count] }
    }
}
