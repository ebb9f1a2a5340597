extension SequenceGroup {
    /// A sequence that ended, as its caller sees it.
    func completion(of sequence: SequenceState, _ ending: Ending) -> CompletionOutput {
        CompletionOutput(
            index: sequence.branch, text: sequence.text?.text,
            tokenIDs: Array(sequence.tokens[request.prompt.count...]),
            cumulativeLogprob: sequence.cumulativeLogprob.isNaN ? nil : sequence.cumulativeLogprob,
            logprobs: request.params.logprobs == nil ? nil : sequence.logprobs, finishReason: ending.reason,
            stopReason: ending.stopReason)
    }

    /// Ends the request with a strategy's own hypotheses, best first.
    ///
    /// - Returns: what was not handed out yet of the best one.
    func complete(with hypotheses: [Hypothesis]) -> [RequestUpdate.Delta] {
        completions = hypotheses.enumerated().map { index, hypothesis in
            CompletionOutput(
                index: index, text: text(of: hypothesis.tokenIDs), tokenIDs: hypothesis.tokenIDs,
                cumulativeLogprob: hypothesis.cumulativeLogprob,
                logprobs: request.params.logprobs == nil ? nil : hypothesis.logprobs,
                finishReason: hypothesis.ending.reason, stopReason: hypothesis.ending.stopReason,
                score: hypothesis.score)
        }
        guard let best = hypotheses.first else { return [] }
        let whole = BestSoFar(tokenIDs: best.tokenIDs, certainCount: best.tokenIDs.count)
        return self.best.advance(to: whole, of: self, isFinal: true).map { [$0] } ?? []
    }

    private func text(of tokens: [TokenID]) -> String? {
        var text = freshText
        for (index, token) in tokens.enumerated() {
            _ = endings.append(token, numGenerated: index + 1, text: &text)
        }
        _ = text?.finish()
        return text?.text
    }
}
