/// Why one request cannot be served; others go on.
public enum RequestError: UserError, Equatable {
    case parameter(name: String, value: String, expected: String)
    case emptyPrompt
    case promptTooLong(tokens: Int, limit: Int)
    case tokenOutsideVocabulary(token: TokenID, vocabularySize: Int)
    case neverFits(tokens: Int, cacheTokens: Int)
    case queueFull(limit: Int)
    case stopTextWithoutTokenizer
    case notANumber
    case processedToNoNumber
    case everythingForbidden
    case cancelled

    public var kind: UserErrorKind {
        switch self {
        case .parameter, .stopTextWithoutTokenizer, .everythingForbidden: .usage
        case .emptyPrompt, .promptTooLong, .tokenOutsideVocabulary, .notANumber: .data
        case .neverFits, .queueFull, .cancelled: .unavailable
        case .processedToNoNumber: .internal
        }
    }

    public var description: String {
        switch self {
        case .parameter(let name, let value, let expected):
            "\(name) is \(value); expected \(expected)"
        case .emptyPrompt:
            "the prompt has no tokens; at least one is needed"
        case .promptTooLong(let tokens, let limit):
            "the prompt has \(tokens) tokens; with one to generate, at most \(limit - 1) fit the context of \(limit)"
        case .tokenOutsideVocabulary(let token, let size):
            "the prompt has token \(token); the model's vocabulary has ids 0 to \(size - 1)"
        case .neverFits(let tokens, let cacheTokens):
            "the request needs room for \(tokens) tokens and the whole KV cache holds \(cacheTokens); "
                + "lower max_tokens or raise --kv-cache-memory"
        case .queueFull(let limit):
            "\(limit) requests wait already, as many as max_queued_requests allows; try again later"
        case .stopTextWithoutTokenizer:
            "stop texts need a tokenizer and this model has none; use stop_token_ids"
        case .notANumber:
            "the model gave logits that are not numbers (NaN or infinite); its weights may be damaged"
        case .processedToNoNumber:
            "a logits processor left what is no number (NaN or infinite)"
        case .everythingForbidden:
            "the request's settings forbid every token"
        case .cancelled:
            "the request was cancelled"
        }
    }
}
