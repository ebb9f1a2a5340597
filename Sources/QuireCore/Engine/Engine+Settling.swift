/// What becomes of a request's sequences after a step: they fork, are dropped, grow and end.
extension Engine {
    func settle(_ job: SamplingJob) -> RequestUpdate? {
        let group = job.group
        if let failure = job.failure {
            group.failure = failure
            return fail(group)
        }
        group.promptLogprobs?.append(contentsOf: job.promptLogprobs)
        guard let decision = job.decision else { return nil }
        if !group.hasFirstToken {
            group.hasFirstToken = true
            group.metrics.timeToFirstToken = (ContinuousClock.now - group.arrival).seconds
        }
        var deltas = carryOn(group, job.candidates, decision.continuations)
        var best: RequestUpdate.Best?
        if let now = decision.best {
            deltas = group.best.advance(to: now, of: group).map { [$0] } ?? []
            best = group.best.snapshot(of: now, group)
        }
        if group.sequences.isEmpty, !decision.hypotheses.isEmpty {
            deltas = group.complete(with: decision.hypotheses)
        }
        guard group.sequences.isEmpty else {
            return RequestUpdate(requestID: group.request.id, deltas: deltas, best: best, result: nil)
        }
        groups[group.request.id] = nil
        return RequestUpdate(
            requestID: group.request.id, deltas: deltas, best: best, result: .success(group.output()))
    }

    /// Ends a request with its error.
    func fail(_ group: SequenceGroup) -> RequestUpdate {
        scheduler.release(group)
        group.sequences.removeAll()
        group.unborn = UnbornSequences()
        groups[group.request.id] = nil
        return RequestUpdate(
            requestID: group.request.id, deltas: [], result: .failure(group.failure ?? RequestError.cancelled))
    }

    /// Forks, drops and extends the candidates as the strategy decided.
    private func carryOn(
        _ group: SequenceGroup, _ candidates: [SequenceState], _ continuations: [Continuation]
    ) -> [RequestUpdate.Delta] {
        // The usual case, without the lists that forks need.
        if candidates.count == 1, continuations.count == 1 {
            let delta = extend(candidates[0], with: continuations[0].picked, in: group)
            return group.unborn.stem == nil ? [delta] : [delta] + beginUnborn(of: group)
        }
        var deltas: [RequestUpdate.Delta] = []
        var heirs: [[PickedToken]] = Array(repeating: [], count: candidates.count)
        for continuation in continuations { heirs[continuation.parent].append(continuation.picked) }
        if candidates.count == 1, heirs[0].count > group.width {
            // More than may run at once: each begins when there is room, from the sequence that holds the prompt.
            group.unborn.stem = candidates[0]
            group.unborn.picks = heirs[0].enumerated().reversed().map { (branch: $0, picked: $1) }
            group.sequences.removeAll()
            return beginUnborn(of: group)
        }
        // The dead give back their blocks before anyone is born.
        for (parent, picks) in zip(candidates, heirs) where picks.isEmpty { drop(parent, from: group) }
        for (parent, picks) in zip(candidates, heirs) where !picks.isEmpty {
            // Forks come first: they copy the parent as it is.
            var sequences = [parent]
            for _ in picks.dropFirst() {
                sequences.append(scheduler.fork(parent, branch: group.nextBranch))
                group.nextBranch += 1
            }
            group.sequences.append(contentsOf: sequences.dropFirst())
            for (sequence, picked) in zip(sequences, picks) {
                deltas.append(extend(sequence, with: picked, in: group))
            }
        }
        return deltas + beginUnborn(of: group)
    }

    /// Lets sequences begin that were drawn and had no room.
    private func beginUnborn(of group: SequenceGroup) -> [RequestUpdate.Delta] {
        guard let stem = group.unborn.stem else { return [] }
        var deltas: [RequestUpdate.Delta] = []
        while group.sequences.count < group.width, let next = group.unborn.picks.popLast() {
            let sequence = scheduler.fork(stem, branch: next.branch)
            group.sequences.append(sequence)
            deltas.append(extend(sequence, with: next.picked, in: group))
        }
        if group.unborn.picks.isEmpty {
            scheduler.release(stem)
            group.unborn.stem = nil
        }
        return deltas
    }

    private func extend(
        _ sequence: SequenceState, with picked: PickedToken, in group: SequenceGroup
    ) -> RequestUpdate.Delta {
        sequence.append(picked)
        let (text, ending) = group.endings.append(
            picked.token, numGenerated: sequence.tokens.count - group.request.prompt.count, text: &sequence.text)
        if let ending {
            group.completions.append(group.completion(of: sequence, ending))
            drop(sequence, from: group)
        }
        let logprobs = group.request.params.logprobs == nil ? [] : picked.details.map { [$0] } ?? []
        return RequestUpdate.Delta(
            index: sequence.branch, tokenIDs: [picked.token], text: text, logprobs: logprobs, ending: ending)
    }

    private func drop(_ sequence: SequenceState, from group: SequenceGroup) {
        scheduler.release(sequence)
        group.sequences.removeAll { $0 === sequence }
    }
}
