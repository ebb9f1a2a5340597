import Foundation
import QuireCore

/// Lengths of requests like those of a data set: log-normal with its means, the same ones in every run.
///
/// Only the means are known. How far lengths spread, and the longest answer, are those of 19,366 real conversations: the
/// Azure LLM inference trace of 2023.
public struct RequestLengths: Sendable {
    public let name: String
    /// Tokens of prompt and answer, on average.
    public let meanPrompt: Double
    public let meanAnswer: Double
    /// Share of blocks that the paper saved, by sequences per request.
    public let parallelSavings: [Int: Double]
    public let beamSavings: [Int: Double]

    /// Short instructions and short answers. Means and savings: Kwon et al., 2023, section 6 and figure 15.
    public static let alpaca = RequestLengths(
        name: "Alpaca", meanPrompt: 19.3, meanAnswer: 58.5,
        parallelSavings: [2: 0.0609, 4: 0.0853, 6: 0.0979], beamSavings: [2: 0.3756, 4: 0.5313, 6: 0.5516])

    /// Conversations. Means and savings as above.
    public static let shareGPT = RequestLengths(
        name: "ShareGPT", meanPrompt: 161, meanAnswer: 338,
        parallelSavings: [2: 0.162, 6: 0.305], beamSavings: [2: 0.443, 6: 0.663])

    /// Standard deviations over means.
    private static let promptSpread = 0.96
    private static let answerSpread = 0.77
    private static let longestAnswer = 1_000.0

    /// Lengths of one request.
    public struct Pair: Sendable, Hashable {
        public let prompt: Int
        public let answer: Int
    }

    /// The middles of `count` equal parts of both distributions, paired at random.
    ///
    /// - Parameter limit: tokens that a request may have; longer ones are cut, the answer first.
    public func pairs(_ count: Int, limit: Int, seed: UInt64 = 1) -> [Pair] {
        let prompts = Self.quantiles(count, mean: meanPrompt, spread: Self.promptSpread, longest: .infinity)
        var answers = Self.quantiles(
            count, mean: meanAnswer, spread: Self.answerSpread, longest: Self.longestAnswer)
        var random = RandomSource(seed: seed, position: 0)
        for index in answers.indices.dropFirst().reversed() {
            answers.swapAt(index, Int(random.next() % UInt64(index + 1)))
        }
        return zip(prompts, answers).map { prompt, answer in
            let prompt = min(max(2, Int(prompt.rounded())), limit / 2)
            return Pair(prompt: prompt, answer: min(max(2, Int(answer.rounded())), limit - prompt))
        }
    }

    private static func quantiles(_ count: Int, mean: Double, spread: Double, longest: Double) -> [Double] {
        let deviation = log(1 + spread * spread).squareRoot()
        let shape = (0..<count).map { exp(deviation * normal((Double($0) + 0.5) / Double(count))) }
        var values = shape
        var scale = mean
        // What is cut off, and the tail that few quantiles miss, go to all, so that the mean is kept.
        for _ in 0..<50 {
            values = shape.map { min($0 * scale, longest) }
            scale *= mean * Double(count) / values.reduce(0, +)
        }
        return values
    }

    /// The point below which a standard normal variable lies with a probability, by bisection.
    private static func normal(_ probability: Double) -> Double {
        var (low, high) = (-10.0, 10.0)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if 0.5 * erfc(-middle / 2.0.squareRoot()) < probability { low = middle } else { high = middle }
        }
        return (low + high) / 2
    }
}
