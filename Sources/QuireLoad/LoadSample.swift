/// What became of one request.
public struct LoadSample: Sendable {
    /// Seconds after the beginning of the run at which it was sent.
    public var start = 0.0
    /// Seconds since then at which each piece of the answer came.
    public var pieces: [Double] = []
    /// Seconds until the end.
    public var end = 0.0
    public var promptTokens = 0
    public var outputTokens = 0
    /// Why it failed; `nil` where it did not.
    public var failure: String?

    public init() {}

    public var timeToFirstToken: Double? { pieces.first }
    /// Seconds for each token after the first.
    public var timePerOutputToken: Double? {
        guard let first = pieces.first, outputTokens > 1 else { return nil }
        return (end - first) / Double(outputTokens - 1)
    }
    public var interTokenLatencies: [Double] { zip(pieces.dropFirst(), pieces).map { $0 - $1 } }
}
