/// One request's part of a step's logits, and what becomes of it.
final class SamplingJob {
    let group: SequenceGroup
    /// Sequences that wait for a token.
    private(set) var candidates: [SequenceState] = []
    private var candidateRows: [Int] = []
    private var promptTokens: [TokenID] = []
    private var firstPromptRow = 0

    private(set) var decision: Decision?
    private(set) var promptLogprobs: [TokenLogprob?] = []
    private(set) var failure: (any Error)?

    init(group: SequenceGroup) { self.group = group }

    /// - Parameters:
    ///   - sampled: positions whose logits begin at `firstRow`.
    func add(_ span: Step.Span, sampled: Range<Int>, firstRow: Int) {
        if span.completes {
            candidates.append(span.sequence)
            candidateRows.append(firstRow + sampled.count - 1)
        }
        if group.wantsPromptRows {
            // The row at a position speaks of the token after it.
            let prompt = group.request.prompt
            let end = min(sampled.upperBound + 1, prompt.count)
            promptTokens = Array(prompt[min(sampled.lowerBound + 1, end)..<end])
            firstPromptRow = firstRow
        }
    }

    func run(_ logits: Tensor) {
        do {
            try reportPrompt(logits)
            guard !candidates.isEmpty else { return }
            let views = zip(candidates, candidateRows).map { sequence, row in
                Candidate(sequence, of: group, logits: UnsafeBufferPointer(logits.row(row)))
            }
            let isFirst = !group.hasFirstToken
            let decision = try group.strategy.advance(views, isFirst: isFirst, picker: group.picker)
            try decision.check(
                strategy: group.strategy, candidates: views.count, vocabularySize: logits.columns,
                most: isFirst ? max(group.width, group.strategy.width) : group.width)
            self.decision = decision
        } catch {
            failure = error
        }
    }

    private func reportPrompt(_ logits: Tensor) throws {
        guard let topCount = group.request.params.promptLogprobs else { return }
        let kernels = group.picker.kernels
        for (offset, token) in promptTokens.enumerated() {
            let row = UnsafeBufferPointer(logits.row(firstPromptRow + offset))
            if kernels.has_non_finite(row.baseAddress!, row.count) { throw RequestError.notANumber }
            promptLogprobs.append(
                TokenLogprob(
                    token: token, row: row, logSumExp: kernels.log_sum_exp(row.baseAddress!, row.count),
                    topCount: topCount))
        }
    }
}

/// Lets the workers run a step's jobs.
struct SharedSampling: @unchecked Sendable {
    // Safe to share: each piece of work touches one job, whose group no other job has, and logits are only read.
    let jobs: [SamplingJob]
    let logits: Tensor

    func run(_ index: Int) { jobs[index].run(logits) }
}
