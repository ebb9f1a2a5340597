extension SequenceGroup {
    /// Hands a new token to the sequence's text, and ends the sequence where the token, the text or the length says so.
    ///
    /// - Returns: text that became certain, and the completion where it ended.
    func completionAfterAppending(to sequence: SequenceState, _ token: TokenID) -> (String, CompletionOutput?) {
        let numGenerated = sequence.tokens.count - request.prompt.count
        let endsByToken = numGenerated >= request.params.minTokens && stopTokens.contains(token)
        var text = ""
        var stopText: String?
        // The token that ends a completion is no part of its text, unless that was asked for.
        if !endsByToken || request.params.includeStopStringInOutput {
            let mayStop = numGenerated > request.params.minTokens || request.params.minTokens == 0
            (text, stopText) = sequence.text?.append(token, mayStop: mayStop) ?? ("", nil)
        }
        var reason: FinishReason?
        var stopReason: StopReason?
        if let stopText {
            (reason, stopReason) = (.stop, .text(stopText))
        } else if endsByToken {
            reason = .stop
            let isEnd = request.endTokens.contains(token) && !request.params.stopTokenIDs.contains(token)
            stopReason = isEnd ? nil : .token(token)
        } else if numGenerated >= maxTokens {
            reason = .length
        }
        guard let reason else { return (text, nil) }
        if stopText == nil {
            let (rest, restStop) = sequence.text?.finish() ?? ("", nil)
            text += rest
            if let stop = restStop { return (text, completion(of: sequence, .stop, .text(stop))) }
        }
        return (text, completion(of: sequence, reason, stopReason))
    }

    private func completion(
        of sequence: SequenceState, _ reason: FinishReason, _ stopReason: StopReason?
    ) -> CompletionOutput {
        CompletionOutput(
            index: sequence.branch, text: sequence.text?.text,
            tokenIDs: Array(sequence.tokens[request.prompt.count...]), cumulativeLogprob: sequence.cumulativeLogprob,
            logprobs: request.params.logprobs == nil ? nil : sequence.logprobs, finishReason: reason,
            stopReason: stopReason)
    }

    /// The answer, once every sequence has ended.
    func output() -> RequestOutput {
        metrics.totalTime = (ContinuousClock.now - arrival).seconds
        return RequestOutput(
            requestID: request.id, prompt: nil, promptTokenIDs: request.prompt, promptLogprobs: promptLogprobs,
            outputs: completions.sorted { $0.index < $1.index }, metrics: metrics)
    }
}
