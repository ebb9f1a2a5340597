import Foundation
import Quire
import QuireJSON

/// What every answer and every chunk of a request begins with.
struct AnswerHead: Sendable {
    /// Such as `cmpl-…`, with the id of the HTTP request.
    let id: String
    /// Seconds since 1970.
    let created: Int
    let model: String

    init(prefix: String, requestID: String, model: String) {
        id = "\(prefix)-\(requestID)"
        created = Int(Date().timeIntervalSince1970)
        self.model = model
    }

    /// An answer.
    func json(object: String, choices: [JSONValue], _ more: [(String, JSONValue)] = []) -> JSONValue {
        .members(
            [
                ("id", .string(id)), ("object", .string(object)), ("created", .int(created)),
                ("model", .string(model)), ("choices", .array(choices)),
            ] + more)
    }
}

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
