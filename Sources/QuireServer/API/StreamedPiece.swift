import Quire

/// A part of one completion that is certain.
struct StreamedPiece: Sendable {
    /// The completion's number among those of its prompt.
    let index: Int
    let text: String
    let tokenIDs: [TokenID]
    /// One per token where the request asked for them.
    let logprobs: [TokenLogprob]
    /// Where the completion ends with it.
    let finish: Finish?
    /// A searched completion's.
    var score: Double?

    init(_ delta: RequestUpdate.Delta) {
        index = delta.index
        text = delta.text
        tokenIDs = delta.tokenIDs
        logprobs = delta.logprobs
        finish = delta.ending.map { Finish($0) }
    }

    /// A whole completion.
    init(_ completion: CompletionOutput) {
        index = completion.index
        text = completion.text ?? ""
        tokenIDs = completion.tokenIDs
        logprobs = completion.logprobs ?? []
        finish = Finish(completion.finishReason, completion.stopReason)
        score = completion.score
    }

    /// The parts that an update brings. A search takes tokens back until its end, so it comes in whole completions.
    static func pieces(of update: RequestUpdate, isSearch: Bool) -> [StreamedPiece] {
        guard isSearch else { return update.deltas.map { StreamedPiece($0) } }
        guard case .success(let output) = update.result else { return [] }
        return output.outputs.map { StreamedPiece($0) }
    }
}
