/// A request while it is served: its live sequences, its finished completions, and how they go on.
package final class SequenceGroup {
    package let request: Request
    package internal(set) var sequences: [SequenceState]
    /// Completions that were drawn and wait until one that runs ends.
    var unborn = UnbornSequences()
    var completions: [CompletionOutput] = []
    var promptLogprobs: [TokenLogprob?]?
    var strategy: any DecodingStrategy
    let picker: TokenPicker
    /// Sequences that run at once at most.
    package let width: Int
    let endings: EndingRule
    /// Whether its blocks can be found by what they hold: by everybody, or by its own sequences.
    let publishesBlocks: Bool
    package internal(set) var metrics = RequestMetrics()
    let arrival: ContinuousClock.Instant
    /// Where it stands in line.
    package internal(set) var turn = Turn()
    var nextBranch = 1
    var hasFirstToken = false
    /// Tokens of the best hypothesis that were handed out, where a strategy has one.
    var best = BestText()
    /// Whether it was cancelled or failed; the next settlement ends it.
    var failure: (any Error)?

    /// - Parameters:
    ///   - admission: what it may have.
    ///   - cachesPrefixes: whether other requests may find its blocks.
    ///   - isSharing: whether sequences may hold blocks together.
    ///   - lengthThresholds: of the model.
    init(
        request: Request, strategy: any DecodingStrategy, picker: TokenPicker, admission: RequestLimits.Admission,
        cachesPrefixes: Bool, isSharing: Bool, lengthThresholds: [Int]
    ) {
        self.request = request
        self.strategy = strategy
        self.picker = picker
        width = admission.width
        endings = EndingRule(request: request, maxTokens: admission.maxTokens)
        arrival = .now
        publishesBlocks = isSharing && (cachesPrefixes || width > 1)
        let stops = StopAutomaton(request.params.stop)
        let text = request.makeTextStream.map {
            StoppingText(stream: $0(), stops: stops, includesStop: request.params.includeStopStringInOutput)
        }
        freshText = text
        sequences = [
            SequenceState(
                prompt: request.prompt,
                scope: BlockHash(
                    scope: cachesPrefixes ? .salt(request.params.cacheSalt) : .request(request.id),
                    lengthClass: lengthThresholds.count { $0 < request.prompt.count + admission.maxTokens }),
                text: text)
        ]
        if request.params.promptLogprobs != nil { promptLogprobs = [nil] }
    }

    /// A text without tokens.
    let freshText: StoppingText?

    /// Whether every live sequence lacks just its newest token.
    var isDecoding: Bool { hasFirstToken && sequences.allSatisfy { $0.numPendingTokens == 1 } }

    /// Newest tokens that a sequence leaves until its siblings have caught up: they all go on in one step.
    var numHeldTokens: Int { sequences.count > 1 ? 1 : 0 }

    /// Tokens of one sequence that are ever run: all but the last, which is only returned.
    var mostTokens: Int { request.prompt.count + endings.maxTokens - 1 }

    /// Tokens that one sequence may come to have.
    var longestLength: Int { mostTokens + 1 }

    /// Whether the rows of a prompt chunk are wanted one by one: the next prompt token whose log-probability is missing.
    var wantsPromptRows: Bool { (promptLogprobs?.count ?? .max) < request.prompt.count }

    /// What every block table of the group holds, those of sequences that do not run included.
    var tables: [[BlockID]] { allSequences.map { $0.blockTable.heldBlocks } }

    /// Those that do not run included.
    var allSequences: [SequenceState] { sequences + (unborn.stem.map { [$0] } ?? []) }

    /// The answer, once every sequence has ended.
    func output() -> RequestOutput {
        metrics.totalTime = (ContinuousClock.now - arrival).seconds
        return RequestOutput(
            requestID: request.id, prompt: nil, promptTokenIDs: request.prompt, promptLogprobs: promptLogprobs,
            outputs: completions.sorted { $0.index < $1.index }, metrics: metrics)
    }
}

/// First tokens that were drawn for more sequences than may run at once.
struct UnbornSequences {
    /// Holds the prompt's blocks until the last sequence has forked off; it is not run itself.
    var stem: SequenceState?
    /// In the order in which they begin, the next one last.
    var picks: [(branch: Int, picked: PickedToken)] = []
}
