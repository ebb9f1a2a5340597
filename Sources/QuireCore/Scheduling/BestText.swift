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
