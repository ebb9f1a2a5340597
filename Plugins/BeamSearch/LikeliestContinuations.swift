import HeapModule
import QuireCore

/// A beam and a token, and the log-probability of all of it.
struct BeamContinuation: Comparable {
    let parent: Int
    let token: TokenID
    let score: Double

    /// Whether it is worse; equal ones go by beam, then by token, so that the order is always the same.
    static func < (a: BeamContinuation, b: BeamContinuation) -> Bool {
        a.score != b.score ? a.score < b.score : (a.parent, a.token) > (b.parent, b.token)
    }
}

/// The best continuations over all beams: the best of all, which may end the search, and the best of those that do not
/// end by their token, so that enough go on however many end.
struct LikeliestContinuations {
    private var best: BestOf
    private var ongoing: BestOf
    private var endingTokens: Set<TokenID>

    /// - Parameters:
    ///   - width: beams.
    ///   - spare: continuations to have beyond that many, where texts may end some that go on by their token.
    ///   - endingTokens: tokens that end a sequence.
    init(width: Int, spare: Int, endingTokens: Set<TokenID>) {
        best = BestOf(capacity: width)
        ongoing = BestOf(capacity: width + spare)
        self.endingTokens = endingTokens
    }

    /// Adds a beam's row; later beams must have higher indices.
    ///
    /// - Parameters:
    ///   - logprobs: `[vocabulary]`.
    ///   - base: added to each.
    mutating func add(_ logprobs: UnsafeBufferPointer<Float>, parent: Int, base: Double) {
        for (token, logprob) in logprobs.enumerated() {
            let score = base + Double(logprob)
            guard score > min(best.bar, ongoing.bar) else { continue }
            let continuation = BeamContinuation(parent: parent, token: TokenID(token), score: score)
            best.offer(continuation)
            if score > ongoing.bar, !endingTokens.contains(continuation.token) { ongoing.offer(continuation) }
        }
    }

    /// All of them, best first.
    var ranked: [BeamContinuation] {
        let others = ongoing.all.filter { !best.contains($0) }
        return (best.all + others).sorted(by: >)
    }

    /// The best few of many.
    private struct BestOf {
        private let capacity: Int
        private var heap = Heap<BeamContinuation>()
        /// What a score must exceed to be among them.
        private(set) var bar = -Double.infinity

        init(capacity: Int) { self.capacity = capacity }

        var all: [BeamContinuation] { heap.unordered }

        /// Whether one that was offered is among them.
        func contains(_ continuation: BeamContinuation) -> Bool {
            heap.count < capacity || heap.min.map { continuation >= $0 } ?? false
        }

        mutating func offer(_ continuation: BeamContinuation) {
            if heap.count < capacity {
                heap.insert(continuation)
            } else if continuation.score > bar {
                heap.replaceMin(with: continuation)
            }
            if heap.count == capacity, let worst = heap.min { bar = worst.score }
        }
    }
}
