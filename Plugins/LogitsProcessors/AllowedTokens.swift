import QuireCore

/// Forbids every token that is not among `allowed_token_ids`.
public struct AllowedTokens: LogitsProcessor {
    public static let name = "allowed_token_ids"
    public static let order = 10

    private let allowed: [TokenID]

    public static func make(for request: Request) -> AllowedTokens? {
        request.params.allowedTokenIDs.map { AllowedTokens(allowed: $0) }
    }

    public func apply(
        to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
    ) {
        let kept = allowed.map { (Int($0), logits[Int($0)]) }
        logits.update(repeating: -.infinity)
        for (token, logit) in kept { logits[token] = logit }
    }
}
