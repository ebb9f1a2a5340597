/// A request while it is served: its live sequences, its finished completions, and how they go on.
package final class SequenceGroup {
    package let request: Request
    package internal(set) var sequences: [SequenceState]
    var completions: [CompletionOutput] = []
    var promptLogprobs: [TokenLogprob?]?
    var strategy: any DecodingStrategy
    let picker: TokenPicker
    /// Sequences that run at once at most.
    let width: Int
    /// Tokens that each completion may have.
    let maxTokens: Int
    package internal(set) var metrics = RequestMetrics()
    /// Tokens that end a completion when they are chosen.
    let stopTokens: Set<TokenID>
    let arrival: ContinuousClock.Instant
    var nextBranch = 1
    var hasFirstToken = false
    /// Whether it was cancelled or failed; the next settlement ends it.
    var failure: (any Error)?

    init(request: Request, strategy: any DecodingStrategy, picker: TokenPicker, maxTokens: Int) {
        self.request = request
        self.strategy = strategy
        width = strategy.width
        self.picker = picker
        self.maxTokens = maxTokens
        stopTokens = request.stopTokens
        arrival = .now
        let text = request.makeTextStream.map {
            StoppingText(
                stream: $0(), stops: request.params.stop, includesStop: request.params.includeStopStringInOutput)
        }
        sequences = [SequenceState(prompt: request.prompt, scope: request.cacheScope, text: text)]
        if request.params.promptLogprobs != nil { promptLogprobs = [nil] }
    }

    /// Whether every live sequence lacks just its newest token.
    var isDecoding: Bool { sequences.allSatisfy { $0.numPendingTokens == 1 } && hasFirstToken }

    /// Tokens of one sequence that are ever run: all but the last, which is only returned.
    var mostTokens: Int { request.prompt.count + maxTokens - 1 }

    /// Whether the rows of a prompt chunk are wanted one by one: the next prompt token whose log-probability is missing.
    var wantsPromptRows: Bool { (promptLogprobs?.count ?? .max) < request.prompt.count }
}
