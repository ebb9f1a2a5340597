import Foundation
import ModelZoo
import QuireCore

/// Text to make prompts of any length from: what the embedded model was tested on and never saw.
struct BenchmarkText {
    private let tokens: [TokenID]

    /// - Throws: `ModelError` where the text cannot be read or the model has no tokenizer.
    init(for llm: LLM) throws {
        guard let tokenizer = llm.tokenizer else {
            throw ModelError.noTokenizer(model: "the model", lookedFor: ["tokenizer.model"])
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
