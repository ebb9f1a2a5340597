import Foundation
import Quire

/// Which requests are sent, and when.
public struct LoadPlan: Sendable {
    public struct Request: Sendable, Equatable {
        /// Seconds after the beginning; `nil` sends it as soon as another may run.
        public let time: Double?
        /// Tokens.
        public let prompt: Int
        public let output: Int

        public init(time: Double?, prompt: Int, output: Int) {
            self.time = time
            self.prompt = prompt
            self.output = output
        }
    }

    public let requests: [Request]

    /// Requests of the same lengths, or of lengths around them.
    ///
    /// - Parameters:
    ///   - rate: requests a second; infinite sends all at once.
    ///   - burstiness: 1 is a Poisson process; less has bursts, more is even. The shape of the gamma distribution that
    ///     the times between requests have, as for `vllm bench serve`.
    ///   - spread: how far lengths lie from the given ones at most, as a share, from 0 to 1.
    public init(
        count: Int, prompt: Int, output: Int, spread: Double = 0, rate: Double, burstiness: Double = 1, seed: UInt64
    ) {
        var random = RandomSource(seed: seed, position: 0)
        func length(_ mean: Int) -> Int {
            let reach = Int(Double(mean) * spread)
            return max(1, mean - reach + Int(random.next() % UInt64(2 * reach + 1)))
        }
        var time = 0.0
        requests = (0..<count).map { _ in
            let request = Request(
                time: rate.isFinite ? time : nil, prompt: length(prompt), output: length(output))
            if rate.isFinite { time += Self.gamma(shape: burstiness, &random) / (burstiness * rate) }
            return request
        }
    }

    /// The requests of a trace, at its times.
    ///
    /// - Parameters:
    ///   - speed: 2 sends them twice as fast.
    ///   - limit: tokens that a request may have; longer ones are cut, the prompt first.
    public init(_ trace: RequestTrace, count: Int, speed: Double = 1, limit: Int? = nil) {
        requests = trace.requests.prefix(count).map { lengths in
            let limit = limit ?? .max
            let output = min(lengths.generated, max(1, limit / 2))
            return Request(
                time: (lengths.arrival ?? 0) / speed, prompt: max(1, min(lengths.prompt, limit - output)),
                output: output)
        }
    }

    /// A gamma variable of scale 1. Source: Marsaglia and Tsang, 2000, "A Simple Method for Generating Gamma Variables".
    private static func gamma(shape: Double, _ random: inout RandomSource) -> Double {
        func uniform() -> Double { (Double(random.next() >> 11) + 0.5) * 0x1p-53 }
        if shape < 1 { return gamma(shape: shape + 1, &random) * pow(uniform(), 1 / shape) }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            // Box and Muller's normal variable.
            let x = (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
            let v = pow(1 + c * x, 3)
            if v > 0, log(uniform()) < 0.5 * x * x + d - d * v + d * log(v) { return d * v }
        }
    }
}
