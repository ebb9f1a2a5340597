import Quire
import QuireJSON

/// Tokens that a request used.
struct Usage: Sendable {
    var promptTokens = 0
    var completionTokens = 0
    /// Prompt tokens that were found in the cache.
    var cachedTokens = 0

    init() {}

    /// What all prompts of a request used.
    init(_ outputs: [RequestOutput]) {
        for output in outputs {
            promptTokens += output.promptTokenIDs.count
            completionTokens += output.outputs.reduce(0) { $0 + $1.tokenIDs.count }
            cachedTokens += output.metrics.cachedTokens
        }
    }

    var json: JSONValue {
        .members([
            ("prompt_tokens", .int(promptTokens)), ("completion_tokens", .int(completionTokens)),
            ("total_tokens", .int(promptTokens + completionTokens)),
            ("prompt_tokens_details", .members([("cached_tokens", .int(cachedTokens))])),
        ])
    }
}
