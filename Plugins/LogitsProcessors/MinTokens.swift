import QuireCore

/// Forbids the tokens that would end a completion before it has `min_tokens` tokens.
public struct MinTokens: LogitsProcessor {
    public static let name = "min_tokens"
    public static let order = 30

    private let minTokens: Int
    private let stopTokens: [TokenID]

    public static func make(for request: Request) -> MinTokens? {
        let tokens = request.endTokens.union(request.params.stopTokenIDs)
        guard request.params.minTokens > 0, !tokens.isEmpty else { return nil }
        return MinTokens(minTokens: request.params.minTokens, stopTokens: tokens.sorted())
    }

    public func apply(
        to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
    ) {
        guard generated.count < minTokens else { return }
        for token in stopTokens where logits.indices.contains(Int(token)) { logits[Int(token)] = -.infinity }
    }
}
