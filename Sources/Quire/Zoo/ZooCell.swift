/// What one entry did in one column.
public struct ZooCell: Sendable {
    public enum Outcome: Sendable, Equatable {
        case passed
        case failed(String)
        /// A part said by name that it does not serve this, or there is not enough memory.
        case refused(String)
    }

    public let entry: String
    public let column: ZooColumn
    public let outcome: Outcome
    /// Of log-probabilities, in nats: the largest difference in float32, else the mean.
    public let difference: Double?
    /// What the difference may be; `nil` where nothing is expected.
    public let bound: Double?
    public let seconds: Double

    /// The outcome in a word or a figure; `runs` where nothing is expected.
    public var text: String {
        switch outcome {
        case .failed: return "FAILED"
        case .refused: return "refused"
        case .passed:
            guard let difference else { return "runs" }
            return column.weights == .float32 ? "ok" : Format.fixed(difference, 4)
        }
    }

    /// Why it did not pass.
    public var reason: String? {
        switch outcome {
        case .passed: nil
        case .failed(let reason), .refused(let reason): reason
        }
    }

    /// The outcome in a word.
    public var outcomeName: String {
        switch outcome {
        case .passed: "ok"
        case .failed: "failed"
        case .refused: "refused"
        }
    }
}
