import Quire
import QuireJSON

/// The body of `/v1/chat/completions`.
struct ChatRequest {
    let model: String?
    let chat: ChatMessages
    let params: SamplingParams
    let stream: StreamFields
    let returnsTokenIDs: Bool

    private static let notes = [
        "tools": "calls of tools are not supported yet",
        "functions": "calls of functions are not supported yet",
        "tool_choice": "calls of tools are not supported yet",
        "function_call": "calls of functions are not supported yet",
        "parallel_tool_calls": "calls of tools are not supported yet",
        "response_format": "answers in a given format are not supported yet",
        "audio": "only text is supported", "modalities": "only text is supported",
        "prediction": "predicted outputs are not supported", "web_search_options": "there is no web search",
        "reasoning_effort": "the effort of reasoning cannot be chosen", "verbosity": "the verbosity cannot be chosen",
        "echo": "only /v1/completions has it",
    ]

    init(_ body: inout BodyFields) throws(APIError) {
        model = try body.string("model")
        chat = try ChatMessages(&body)
        // The newer name wins; without either the answer may take what the context holds.
        let limits = [try body.int("max_completion_tokens"), try body.int("max_tokens")].compactMap(\.self)
        if let limit = limits.first(where: { $0 < 1 }) {
            throw .field("max_completion_tokens", .int(limit), expected: "a whole number of at least 1")
        }
        var sampling = try SamplingFields(&body, maxTokens: limits.first)
        let wantsLogprobs = try body.bool("logprobs") ?? false
        let top = try body.int("top_logprobs")
        if let top, !wantsLogprobs, top > 0 {
            throw .field("top_logprobs", .int(top), expected: "no value without logprobs: true")
        }
        if wantsLogprobs { sampling.params.logprobs = top ?? 0 }
        params = sampling.params
        stream = try StreamFields(&body)
        returnsTokenIDs = try body.bool("return_token_ids") ?? false
        try Self.readFormat(&body)
        try body.finish(Self.notes)
    }

    /// What asks for plain text, which is what there is.
    private static func readFormat(_ body: inout BodyFields) throws(APIError) {
        guard let format = body.value("response_format") else { return }
        guard format["type"] == .string("text") else {
            throw .unsupported("response_format", "answers in a given format are not supported yet")
        }
    }
}
