extension SequenceGroup {
    /// A sequence that ended, as its caller sees it.
    func completion(of sequence: SequenceState, _ ending: Ending) -> CompletionOutput {
        CompletionOutput(
            index: sequence.branch, text: sequence.text?.text,
            tokenIDs: Array(sequence.tokens[request.prompt.count...]), cumulativeLogprob: sequence.cumulativeLogprob,
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

/// The text of the best hypothesis as far as it is certain: what can be handed out while tokens may be taken back.
struct BestText {
    private var text: StoppingText?
    private var count = 0

    /// Goes on to what is certain now.
    ///
    /// - Returns: the new tokens and text; `nil` where there are none.
    mutating func advance(to best: BestSoFar, of group: SequenceGroup, isFinal: Bool = false) -> RequestUpdate.Delta? {
        let end = max(count, min(best.certainCount, best.tokenIDs.count))
        guard end > count || isFinal else { return nil }
        let tokens = Array(best.tokenIDs[min(count, end)..<end])
        var new = append(tokens, group)
        if isFinal { new += text?.finish().text ?? "" }
        return RequestUpdate.Delta(index: 0, tokenIDs: tokens, text: new)
    }

    /// The whole of the best hypothesis, what may be taken back included.
    func snapshot(of best: BestSoFar, _ group: SequenceGroup) -> RequestUpdate.Best {
        var copy = self
        let rest = best.tokenIDs.count > count ? Array(best.tokenIDs[count...]) : []
        _ = copy.append(rest, group)
        _ = copy.text?.finish()
        return RequestUpdate.Best(tokenIDs: best.tokenIDs, text: copy.text?.text)
    }

    private mutating func append(_ tokens: [TokenID], _ group: SequenceGroup) -> String {
        if count == 0 { text = group.freshText }
        var new = ""
        for token in tokens {
            count += 1
            new += group.endings.append(token, numGenerated: count, text: &text).text
        }
        return new
    }
}
