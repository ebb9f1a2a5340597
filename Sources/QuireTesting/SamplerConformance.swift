import QuireCore

/// What every sampler must do: draw by the probabilities that its parameters ask for, repeat itself for the same seed,
/// and never choose a forbidden token.
public struct SamplerConformance {
    private let sampler: any Sampler.Type
    private let kernels: Kernels

    public init(_ sampler: any Sampler.Type, kernels: Kernels) {
        self.sampler = sampler
        self.kernels = kernels
    }

    /// Compares many draws with exact probabilities after temperature, min-p, top-k and top-p, by a chi-square test.
    ///
    /// - Throws: `ConformanceFailure` where chance would do so once in some ten thousand times, or a rule is broken.
    public func check(_ params: SamplingParams, seed: Int, vocabularySize: Int = 40, draws: Int = 20_000) throws {
        var random = TestRandom(seed: seed)
        var logits = random.floats(vocabularySize).map { $0 * 4 }
        logits[random.roll(0...(vocabularySize - 1))] = -.infinity
        let expected = Self.probabilities(logits, params)
        let instance = sampler.init(params: params)
        func draw(_ position: Int) -> Int {
            logits.withUnsafeBufferPointer {
                let source = RandomSource(seed: UInt64(seed), branch: 0, position: position)
                return Int(instance.sample($0, random: source, kernels: kernels))
            }
        }
        var counts = Array(repeating: 0, count: vocabularySize)
        for position in 0..<draws { counts[draw(position)] += 1 }
        guard draw(0) == draw(0), draw(draws - 1) == draw(draws - 1) else {
            throw ConformanceFailure("\(sampler.name): the same seed gives different tokens")
        }
        var chiSquare = 0.0
        var freedom = -1
        for (token, probability) in expected.enumerated() {
            if probability == 0 {
                if counts[token] > 0 {
                    throw ConformanceFailure("\(sampler.name): chose token \(token), which is excluded")
                }
                continue
            }
            let mean = probability * Double(draws)
            // Rare tokens make the statistic unreliable.
            guard mean >= 5 else { continue }
            chiSquare += (Double(counts[token]) - mean) * (Double(counts[token]) - mean) / mean
            freedom += 1
        }
        // Mean and deviation of the statistic are its degrees of freedom and the root of twice that.
        let limit = Double(max(1, freedom)) + 5 * (2 * Double(max(1, freedom))).squareRoot()
        guard chiSquare <= limit else {
            throw ConformanceFailure("\(sampler.name), seed \(seed): chi-square \(chiSquare) beyond \(limit)")
        }
    }

    /// The distribution that vLLM's order of filters gives, computed the slow way.
    static func probabilities(_ logits: [Float], _ params: SamplingParams) -> [Double] {
        if params.isGreedy {
            let best = logits.firstIndex(of: logits.max() ?? 0) ?? 0
            return logits.indices.map { $0 == best ? 1 : 0 }
        }
        let largest = Double(logits.max() ?? 0)
        var weights = logits.map { $0 == -.infinity ? 0 : exponential((Double($0) - largest) / params.temperature) }
        weights = weights.map { $0 < params.minP ? 0 : $0 }
        let order = weights.indices.sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : $0 < $1 }
        if params.topK > 0 { for token in order.dropFirst(params.topK) { weights[token] = 0 } }
        let total = weights.reduce(0, +)
        var reached = 0.0
        for token in order {
            if reached >= params.topP * total { weights[token] = 0 }
            reached += weights[token]
        }
        let kept = weights.reduce(0, +)
        return weights.map { $0 / kept }
    }
}
