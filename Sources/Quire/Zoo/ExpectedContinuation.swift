import Foundation
import QuireCore

/// A prompt and what another implementation says to it, greedily.
public struct ExpectedContinuation: Codable, Sendable {
    /// `nil` where the prompt was made of ids.
    public let prompt: String?
    public let promptTokenIDs: [TokenID]
    public let tokenIDs: [TokenID]
    public let logprobs: [Double]
    /// By how much the best logit beat the second, at each token.
    public let margins: [Double]

    enum CodingKeys: String, CodingKey {
        case prompt, logprobs, margins
        case promptTokenIDs = "prompt_token_ids"
        case tokenIDs = "token_ids"
    }

    /// - Throws: `ConfigurationError` that names the file.
    public static func read(_ path: String) throws -> [ExpectedContinuation] {
        let cases: [ExpectedContinuation]
        do {
            cases = try JSONDecoder().decode(
                [ExpectedContinuation].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw ConfigurationError(place: path, problem: "is not a list of expected continuations (\(error))")
        }
        let bad = cases.firstIndex {
            $0.tokenIDs.isEmpty || $0.logprobs.count != $0.tokenIDs.count || $0.margins.count != $0.tokenIDs.count
        }
        if let bad {
            throw ConfigurationError(
                place: path, problem: "has a log-probability and a margin for each token, but not in case \(bad)")
        }
        guard !cases.isEmpty else {
            throw ConfigurationError(place: path, problem: "has no case; expected at least one")
        }
        return cases
    }

    /// The prompt in a few words, for messages.
    var label: String { prompt.map { "'\($0)'" } ?? "the prompt of \(promptTokenIDs.count) ids" }
}
