import Quire
import QuireJSON

/// The body of `/v1/completions`.
struct CompletionRequest {
    let model: String?
    let prompts: [Prompt]
    let params: SamplingParams
    /// Whether answers begin with the prompt.
    let echoesPrompt: Bool
    /// Whether only the prompt is wanted, which OpenAI's clients say with a `max_tokens` of 0.
    let wantsNoTokens: Bool
    let stream: StreamFields
    let returnsTokenIDs: Bool

    /// Whether prompts are token ids, whose text only the answer has.
    var hasTokenPrompts: Bool {
        prompts.contains { if case .tokens = $0 { true } else { false } }
    }

    /// Prompts of one request.
    private static let mostPrompts = 1_024

    init(_ body: inout BodyFields) throws(APIError) {
        model = try body.string("model")
        prompts = try Self.prompts(&body)
        let echo = try body.bool("echo") ?? false
        let maxTokens = try body.int("max_tokens") ?? 16
        guard maxTokens >= (echo ? 0 : 1) else {
            throw .field(
                "max_tokens", .int(maxTokens), expected: "a whole number of at least \(echo ? "0" : "1 without echo")")
        }
        var sampling = try SamplingFields(&body, maxTokens: max(1, maxTokens))
        sampling.params.logprobs = try body.int("logprobs")
        if echo, sampling.params.promptLogprobs == nil { sampling.params.promptLogprobs = sampling.params.logprobs }
        let bestOf = try body.int("best_of")
        if let bestOf, bestOf != sampling.params.n {
            throw .field(
                "best_of", .int(bestOf), expected: "no value, or n; for the best of several use use_beam_search")
        }
        params = sampling.params
        echoesPrompt = echo
        wantsNoTokens = maxTokens == 0
        stream = try StreamFields(&body)
        returnsTokenIDs = try body.bool("return_token_ids") ?? false
        try body.finish(["suffix": "filling in the middle is not supported; send the text before it as the prompt"])
    }

    /// A text, token ids, or a list of either.
    private static func prompts(_ body: inout BodyFields) throws(APIError) -> [Prompt] {
        let expected = "a string, a list of token ids, or a list of either"
        guard let value = body.value("prompt") else { throw .missing("prompt", expected: expected) }
        if let text = value.stringValue { return [.text(text)] }
        guard let values = value.arrayValue, let first = values.first else {
            throw .field("prompt", value, expected: expected)
        }
        if first.intValue != nil { return [.tokens(try BodyFields.ids(values, "prompt"))] }
        guard values.count <= mostPrompts else {
            throw .field("prompt", value, expected: "at most \(mostPrompts) prompts")
        }
        var prompts: [Prompt] = []
        for (index, value) in values.enumerated() {
            switch value {
            case .string(let text): prompts.append(.text(text))
            case .array(let ids): prompts.append(.tokens(try BodyFields.ids(ids, "prompt[\(index)]")))
            default: throw .field("prompt[\(index)]", value, expected: "a string or a list of token ids")
            }
        }
        return prompts
    }
}
