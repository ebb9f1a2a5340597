/// One sequence of tokens that is being generated, and the blocks that hold its keys and values.
package final class SequenceState {
    /// The sequence's number within its request, kept through forks.
    package let branch: Int
    /// Prompt and generated tokens.
    package private(set) var tokens: [TokenID]
    /// Tokens whose keys and values are in the cache.
    package var numComputedTokens = 0
    package var blockTable = BlockTable()
    private(set) var cumulativeLogprob = 0.0
    private(set) var logprobs: [TokenLogprob] = []
    var text: StoppingText?

    init(prompt: [TokenID], text: StoppingText?) {
        branch = 0
        tokens = prompt
        self.text = text
    }

    /// A copy that goes on for itself, over the same blocks.
    init(forking parent: SequenceState, branch: Int, pool: inout BlockPool) {
        self.branch = branch
        tokens = parent.tokens
        numComputedTokens = parent.numComputedTokens
        blockTable = parent.blockTable.fork(in: &pool)
        cumulativeLogprob = parent.cumulativeLogprob
        logprobs = parent.logprobs
        text = parent.text
    }

    /// Tokens that still have to be run through the model.
    package var numPendingTokens: Int { tokens.count - numComputedTokens }

    func append(_ picked: PickedToken) {
        tokens.append(picked.token)
        cumulativeLogprob += picked.logprob
        if let details = picked.details { logprobs.append(details) }
    }
}
