/// Why a sequence ends with a token.
public struct Ending: Sendable, Hashable {
    public let reason: FinishReason
    /// `nil` for an end-of-sequence token, and for the length.
    public let stopReason: StopReason?

    public init(reason: FinishReason, stopReason: StopReason? = nil) {
        self.reason = reason
        self.stopReason = stopReason
    }
}

/// When a request's sequences end: by a token, by a text, or by their length.
struct EndingRule: Sendable {
    let endTokens: Set<TokenID>
    /// Tokens that end a completion when they are chosen, end tokens included unless they are ignored.
    let stopTokens: Set<TokenID>
    let explicitStopTokens: Set<TokenID>
    let minTokens: Int
    /// Tokens that each completion may have.
    let maxTokens: Int
    let includesStop: Bool

    init(request: Request, maxTokens: Int) {
        endTokens = request.endTokens
        stopTokens = request.stopTokens
        explicitStopTokens = Set(request.params.stopTokenIDs)
        minTokens = request.params.minTokens
        self.maxTokens = maxTokens
        includesStop = request.params.includeStopStringInOutput
    }

    /// Hands a new token to a sequence's text and says whether the sequence ends.
    ///
    /// - Parameters:
    ///   - numGenerated: tokens of the completion, the new one included.
    ///   - text: the sequence's text so far; goes on.
    /// - Returns: text that became certain, and the ending where there is one.
    func append(_ token: TokenID, numGenerated: Int, text: inout StoppingText?) -> (text: String, ending: Ending?) {
        let endsByToken = numGenerated >= minTokens && stopTokens.contains(token)
        var new = ""
        var stopText: String?
        // The token that ends a completion is no part of its text, unless that was asked for.
        if !endsByToken || includesStop {
            let mayStop = numGenerated > minTokens || minTokens == 0
            (new, stopText) = text?.append(token, mayStop: mayStop) ?? ("", nil)
        }
        if let stopText { return (new, Ending(reason: .stop, stopReason: .text(stopText))) }
        var ending: Ending?
        if endsByToken {
            let isEnd = endTokens.contains(token) && !explicitStopTokens.contains(token)
            ending = Ending(reason: .stop, stopReason: isEnd ? nil : .token(token))
        } else if numGenerated >= maxTokens {
            ending = Ending(reason: .length, stopReason: nil)
        }
        guard ending != nil else { return (new, nil) }
        let (rest, restStop) = text?.finish() ?? ("", nil)
        if let restStop { ending = Ending(reason: .stop, stopReason: .text(restStop)) }
        return (new + rest, ending)
    }
}
