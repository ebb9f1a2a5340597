import QuireCore

/// Two engines at the same work, in turn.
public struct SpeedComparison: Sendable {
    /// Tokens per second of each run.
    public let first: [Double]
    public let second: [Double]

    /// Median of the runs' ratios, first over second.
    public var ratio: Double { Self.median(zip(first, second).map { $0 / $1 }) }
    public var firstMedian: Double { Self.median(first) }
    public var secondMedian: Double { Self.median(second) }

    /// - Parameters:
    ///   - work: generates and returns the number of tokens that came of it; its argument numbers the run.
    init(runs: Int, _ first: LLM, _ second: LLM, _ work: (LLM, Int) throws -> Int) throws {
        var speeds: [[Double]] = [[], []]
        // The first round warms up.
        for run in 0...runs {
            for (index, llm) in [first, second].enumerated() {
                let start = ContinuousClock.now
                let tokens = try work(llm, run)
                let seconds = (ContinuousClock.now - start).seconds
                if run > 0 { speeds[index].append(Double(tokens) / seconds) }
            }
        }
        (self.first, self.second) = (speeds[0], speeds[1])
    }

    private static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
