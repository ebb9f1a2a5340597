import QuireCore

/// The best finished hypotheses of a search, as many as it has beams.
struct FinishedHypotheses: Sendable {
    /// Best first; of equal ones the older first.
    private(set) var hypotheses: [Hypothesis] = []
    private let capacity: Int
    private let stopping: EarlyStopping

    init(capacity: Int, stopping: EarlyStopping) {
        self.capacity = capacity
        self.stopping = stopping
    }

    private var isFull: Bool { hypotheses.count == capacity }

    /// Keeps a hypothesis if it is among the best.
    mutating func add(_ hypothesis: Hypothesis) {
        let place = hypotheses.firstIndex { $0.score < hypothesis.score } ?? hypotheses.endIndex
        hypotheses.insert(hypothesis, at: place)
        if hypotheses.count > capacity { hypotheses.removeLast() }
    }

    /// Whether a running hypothesis with this score at its best would change the answer, and may still do so.
    func mayImprove(with score: Double) -> Bool {
        guard isFull, let worst = hypotheses.last else { return true }
        return stopping != .yes && score > worst.score
    }
}
