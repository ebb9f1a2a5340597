import QuireCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Greedy, or random by probability after temperature, min-p, top-k and top-p, in vLLM's order.
public struct RandomSampler: Sampler {
    public static let name = "random"

    private let params: SamplingParams

    public init(params: SamplingParams) { self.params = params }

    public func sample(_ logits: UnsafeBufferPointer<Float>, random: RandomSource, kernels: Kernels) -> TokenID {
        if params.isGreedy { return TokenID(kernels.argmax(logits.baseAddress!, logits.count)) }
        var random = random
        return draw(Self.candidates(logits, params), random.unit())
    }

    /// A token and its weight; weights need not add up to 1.
    struct Candidate {
        let token: Int
        var weight: Double
    }

    /// The tokens that pass the filters, in the order in which the draw goes through them.
    static func candidates(_ logits: UnsafeBufferPointer<Float>, _ params: SamplingParams) -> [Candidate] {
        let peak = Double(logits.max() ?? 0)
        var all: [Candidate] = []
        all.reserveCapacity(logits.count)
        for (token, logit) in logits.enumerated() where logit > -.infinity {
            // Relative to the likeliest token, whose weight is 1.
            all.append(Candidate(token: token, weight: exp((Double(logit) - peak) / params.temperature)))
        }
        if params.minP > 0 { all.removeAll { $0.weight < params.minP } }
        if params.topK > 0, params.topK < all.count { all = largest(params.topK, of: all) }
        if params.topP < 1 { all = nucleus(all, params.topP) }
        return all
    }

    private static func isBetter(_ a: Candidate, _ b: Candidate) -> Bool {
        a.weight != b.weight ? a.weight > b.weight : a.token < b.token
    }

    private static func largest(_ count: Int, of all: [Candidate]) -> [Candidate] {
        Array(all.sorted(by: isBetter).prefix(count))
    }

    /// The smallest set of likeliest tokens that together reach the share `topP`.
    private static func nucleus(_ all: [Candidate], _ topP: Double) -> [Candidate] {
        let total = all.reduce(0) { $0 + $1.weight }
        // All tokens below this weight together have less than the share that may be left out: no need to sort them.
        let floor = (1 - topP) * total / Double(all.count)
        let sorted = all.filter { $0.weight >= floor }.sorted(by: isBetter)
        var reached = 0.0
        var count = 0
        for candidate in sorted {
            reached += candidate.weight
            count += 1
            if reached >= topP * total { break }
        }
        return Array(sorted.prefix(max(1, count)))
    }

    private func draw(_ candidates: [Candidate], _ unit: Double) -> TokenID {
        let target = unit * candidates.reduce(0) { $0 + $1.weight }
        var reached = 0.0
        for candidate in candidates {
            reached += candidate.weight
            if target < reached { return TokenID(candidate.token) }
        }
        // Rounding may leave the last step short.
        return TokenID(candidates.last?.token ?? 0)
    }
}
