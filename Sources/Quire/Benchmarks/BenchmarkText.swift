import Foundation
import ModelZoo
import QuireCore

/// Text to make prompts of any length from: what the embedded model was tested on and never saw, or, for a model without
/// a tokenizer, random tokens.
struct BenchmarkText {
    private let tokens: [TokenID]

    /// - Throws: `ModelError` where the text cannot be read.
    init(for llm: LLM) throws {
        guard let tokenizer = llm.tokenizer else {
            var random = RandomSource(seed: 1, position: 0)
            tokens = (0..<10_007).map { _ in TokenID(random.next() % UInt64(llm.vocabularySize)) }
            return
        }
        let directory = ModelZoo.directory(of: "quire-tiny") ?? ""
        let path = directory + "/heldout.txt"
        do {
            tokens = tokenizer.encode(try String(contentsOfFile: path, encoding: .utf8), addSpecialTokens: false)
        } catch {
            throw ModelError.unreadable(path: path, reason: (error as NSError).localizedDescription)
        }
    }

    /// `length` tokens, different ones for each `number`.
    func prompt(_ length: Int, number: Int) -> [TokenID] {
        // A step that shares no factor with most lengths, so that beginnings differ.
        let start = number * 977 % tokens.count
        return (0..<length).map { tokens[(start + $0) % tokens.count] }
    }
}
