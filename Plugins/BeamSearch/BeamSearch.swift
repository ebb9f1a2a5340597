import QuireCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Keeps the `beam_width` likeliest beginnings of an answer, extends all of them in every step, and returns the best
/// `n` answers.
///
/// Candidates, endings, scores and the test of when to stop are those of Hugging Face's `generate(num_beams: …)`: of all
/// continuations the best `beam_width` may finish, the best that do not end go on, and a finished hypothesis is worth
/// its log-probability over its length to the power of `length_penalty`.
public struct BeamSearch: DecodingStrategy {
    public static let name = "beam"
    public static let summary = "the likeliest completions by beam search; beams share blocks by forking"
    public static let runsTogether = true

    public let width: Int
    private let params: SamplingParams
    private var finished: FinishedHypotheses
    /// Generated tokens that every hypothesis which may still win begins with.
    private var certainCount = 0

    public init(params: SamplingParams) {
        width = params.beamWidth ?? params.n
        self.params = params
        finished = FinishedHypotheses(capacity: width, stopping: params.earlyStopping)
    }

    public mutating func advance(
        _ candidates: [Candidate], isFirst: Bool, picker: TokenPicker
    ) throws -> Decision {
        guard let first = candidates.first else { return Decision(continuations: []) }
        var likeliest = LikeliestContinuations(
            width: width, spare: params.stop.isEmpty ? 0 : width, endingTokens: first.endingTokens)
        for (parent, candidate) in candidates.enumerated() {
            try picker.withLogprobs(candidate.logits, tokens: candidate.tokens) { logprobs, offset in
                likeliest.add(logprobs, parent: parent, base: candidate.cumulativeLogprob - offset)
            }
        }
        let ranked = likeliest.ranked
        if ranked.isEmpty { throw RequestError.everythingForbidden }
        let length = first.tokens.count - first.promptCount + 1
        let running = sort(ranked, candidates, length: length, picker)
        if let best = running.first.map({ candidates[$0.parent].cumulativeLogprob + $0.picked.logprob }) {
            let reach = mayGrow ? first.maxTokens : length
            if finished.mayImprove(with: normalised(best, length: reach)) {
                return Decision(
                    continuations: running,
                    best: bestSoFar(running, candidates, score: normalised(best, length: length), length: length))
            }
        }
        return Decision(continuations: [], hypotheses: Array(finished.hypotheses.prefix(params.n)))
    }

    /// Lets the best beams that end finish, if they are among the best of all, and returns the best that go on.
    private mutating func sort(
        _ ranked: [BeamContinuation], _ candidates: [Candidate], length: Int, _ picker: TokenPicker
    ) -> [Continuation] {
        var running: [Continuation] = []
        for (rank, continuation) in ranked.enumerated() {
            let candidate = candidates[continuation.parent]
            let ending = candidate.ending(with: continuation.token)
            guard ending == nil ? running.count < width : rank < width else { continue }
            let picked = PickedToken(
                token: continuation.token, logprob: continuation.score - candidate.cumulativeLogprob,
                details: picker.details(of: continuation.token, candidate.logits))
            if let ending {
                let score = normalised(continuation.score, length: length)
                finished.add(candidate.hypothesis(with: picked, ending: ending, score: score))
            } else {
                running.append(Continuation(parent: continuation.parent, picked: picked))
            }
        }
        return running
    }

    private func normalised(_ logprob: Double, length: Int) -> Double {
        logprob / pow(Double(length), params.lengthPenalty)
    }

    /// Whether a hypothesis may become better by becoming longer, and that is to be waited for.
    private var mayGrow: Bool { params.earlyStopping == .never && params.lengthPenalty > 0 }

    private mutating func bestSoFar(
        _ running: [Continuation], _ candidates: [Candidate], score: Double, length: Int
    ) -> BestSoFar {
        let beams = running.map { (candidate: candidates[$0.parent], token: $0.picked.token) }
        let leader = finished.hypotheses.first
        // Only what still may win: every running hypothesis, and the best finished one.
        func allAgree(at index: Int) -> Bool {
            guard let first = beams.first else { return false }
            let wanted = Self.token(index, of: first.candidate, then: first.token)
            if let leader, !leader.tokenIDs.indices.contains(index) || leader.tokenIDs[index] != wanted { return false }
            return beams.allSatisfy { Self.token(index, of: $0.candidate, then: $0.token) == wanted }
        }
        while certainCount < length, allAgree(at: certainCount) { certainCount += 1 }
        if let leader, leader.score >= score {
            return BestSoFar(tokenIDs: leader.tokenIDs, certainCount: certainCount)
        }
        let tokens = beams.first.map { $0.candidate.tokens[$0.candidate.promptCount...] + [$0.token] } ?? []
        return BestSoFar(tokenIDs: Array(tokens), certainCount: certainCount)
    }

    /// A generated token of a candidate that goes on with `last`.
    private static func token(_ index: Int, of candidate: Candidate, then last: TokenID) -> TokenID {
        let position = candidate.promptCount + index
        return position < candidate.tokens.count ? candidate.tokens[position] : last
    }
}

/// Brings the decoding strategy `beam`.
public enum BeamSearchPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.decodingStrategies.add(BeamSearch.name, BeamSearch.self)
    }
}
