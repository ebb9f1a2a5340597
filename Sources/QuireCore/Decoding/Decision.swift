/// One way in which a candidate goes on.
public struct Continuation: Sendable {
    /// Index among the candidates.
    public let parent: Int
    public let picked: PickedToken

    public init(parent: Int, picked: PickedToken) {
        self.parent = parent
        self.picked = picked
    }
}

/// A completion that a strategy ended by itself, and keeps until the request is done.
public struct Hypothesis: Sendable {
    /// The generated tokens, with the one that ended it.
    public let tokenIDs: [TokenID]
    public let cumulativeLogprob: Double
    /// One per token, where the request asked for them.
    public let logprobs: [TokenLogprob]
    public let ending: Ending
    /// What the hypotheses of a request are ordered by; the largest is best.
    public let score: Double

    public init(
        tokenIDs: [TokenID], cumulativeLogprob: Double, logprobs: [TokenLogprob], ending: Ending, score: Double
    ) {
        self.tokenIDs = tokenIDs
        self.cumulativeLogprob = cumulativeLogprob
        self.logprobs = logprobs
        self.ending = ending
        self.score = score
    }
}

/// What a strategy would answer if it had to now.
public struct BestSoFar: Sendable {
    /// The generated tokens.
    public let tokenIDs: [TokenID]
    /// The first so many of them will be part of the answer, whatever follows.
    public let certainCount: Int

    public init(tokenIDs: [TokenID], certainCount: Int) {
        self.tokenIDs = tokenIDs
        self.certainCount = certainCount
    }
}

/// How a request goes on after a step.
public struct Decision: Sendable {
    /// A candidate that is named twice is forked, one that is not named is dropped. One that ends with its token, by the
    /// request's own rules, becomes a completion.
    public let continuations: [Continuation]
    /// The completions of a strategy that ends sequences itself, best first, given with its last decision.
    public let hypotheses: [Hypothesis]
    /// Where tokens may still be taken back: only what is certain is handed out.
    public let best: BestSoFar?

    public init(continuations: [Continuation], hypotheses: [Hypothesis] = [], best: BestSoFar? = nil) {
        self.continuations = continuations
        self.hypotheses = hypotheses
        self.best = best
    }

    /// A plugin's mistake must end its request, and not the process.
    ///
    /// - Parameter most: sequences that may go on.
    /// - Throws: `StrategyError` where the decision cannot be carried out.
    func check(
        strategy: any DecodingStrategy, candidates: Int, vocabularySize: Int, most: Int
    ) throws(StrategyError) {
        let name = type(of: strategy).name
        guard continuations.count <= most else {
            throw StrategyError(name: name, problem: "lets \(continuations.count) sequences go on; at most \(most) may")
        }
        for continuation in continuations {
            guard (0..<candidates).contains(continuation.parent) else {
                throw StrategyError(
                    name: name, problem: "goes on with candidate \(continuation.parent) of \(candidates)")
            }
            guard (0..<vocabularySize).contains(Int(continuation.picked.token)) else {
                throw StrategyError(
                    name: name,
                    problem: "chose token \(continuation.picked.token); ids go from 0 to \(vocabularySize - 1)")
            }
        }
    }
}

/// A decision of a strategy that cannot be carried out: a defect of the plugin, or of its sampler.
public struct StrategyError: UserError, Equatable {
    public let name: String
    public let problem: String

    public var kind: UserErrorKind { .internal }
    public var description: String { "the decoding strategy '\(name)' \(problem)" }
}
