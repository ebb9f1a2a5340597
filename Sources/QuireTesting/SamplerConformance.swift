import QuireCore

/// What every sampler must do: draw by the probabilities that its parameters ask for, repeat itself for the same seed,
/// give ties to the lowest token, and never choose a forbidden one.
public struct SamplerConformance {
    private let sampler: any Sampler.Type
    private let kernels: Kernels

    public init(_ sampler: any Sampler.Type, kernels: Kernels) {
        self.sampler = sampler
        self.kernels = kernels
    }

    /// Compares many draws with exact probabilities after temperature, min-p, top-k and top-p, by a chi-square test.
    ///
    /// - Throws: `ConformanceFailure` where chance would do so once in some thirty thousand times, or a rule is broken.
    public func check(_ params: SamplingParams, seed: Int, vocabularySize: Int = 40, draws: Int = 100_000) throws {
        var random = TestRandom(seed: seed)
        // Steps of an eighth, so that some tokens tie.
        var logits = (0..<vocabularySize).map { _ in Float(random.roll(-32...32)) / 8 }
        logits[random.roll(0...(vocabularySize - 1))] = -.infinity
        let expected = ExactSampling.probabilities(logits, params)
        let instance = sampler.init(params: params)
        var counts = Array(repeating: 0, count: vocabularySize)
        for index in 0..<draws { counts[choose(instance, logits, seed: seed, branch: index % 7, index / 7)] += 1 }
        for (token, probability) in expected.enumerated() where probability == 0 && counts[token] > 0 {
            throw failure("chose token \(token), which \(params) excludes")
        }
        let (chiSquare, freedom) = ExactSampling.chiSquare(counts, expected)
        guard chiSquare <= ExactSampling.limit(freedom: freedom) else {
            throw failure("seed \(seed): chi-square \(chiSquare) at \(freedom) degrees of freedom for \(params)")
        }
    }

    /// Checks what holds for any parameters: the same seed gives the same token whatever was drawn before, the only
    /// token that is allowed is chosen, and extreme logits do no harm.
    public func checkRules(_ params: SamplingParams, seed: Int) throws {
        var random = TestRandom(seed: seed)
        let logits = random.floats(100).map { $0 * 4 }
        let used = sampler.init(params: params)
        let first = (0..<50).map { choose(used, logits, seed: seed, branch: 1, $0) }
        let again = (0..<50).reversed().map { choose(used, logits, seed: seed, branch: 1, $0) }
        let fresh = (0..<50).map { choose(sampler.init(params: params), logits, seed: seed, branch: 1, $0) }
        guard first == again.reversed(), first == fresh else {
            throw failure("the same seed, branch and position give different tokens")
        }
        var only = Array(repeating: -Float.infinity, count: 33)
        only[random.roll(0...32)] = random.float() * 100
        let allowed = only.firstIndex { $0 > -.infinity } ?? 0
        let extreme: [Float] = [-3e38, 3e38, -3e38, 0]
        for position in 0..<50 {
            guard choose(used, only, seed: seed, branch: 0, position) == allowed else {
                throw failure("did not choose the only allowed token")
            }
            guard choose(used, extreme, seed: seed, branch: 0, position) == 1 else {
                throw failure("did not choose the only likely token among extreme logits")
            }
            guard choose(used, [0.5], seed: seed, branch: 0, position) == 0 else {
                throw failure("chose a token outside a vocabulary of one")
            }
        }
    }

    /// Checks that greedy choice, and top-k of 1, take the largest logit, and of equal ones the lowest token.
    public func checkTies(seed: Int) throws {
        var random = TestRandom(seed: seed)
        for size in [1, 2, 7, 16, 33, 1_000] {
            let logits = (0..<size).map { _ in Float(random.roll(0...3)) }
            let best = logits.firstIndex(of: logits.max() ?? 0)
            for params in [SamplingParams(temperature: 0), SamplingParams(temperature: 1, topK: 1)] {
                let found = choose(sampler.init(params: params), logits, seed: seed, branch: 0, size)
                guard found == best else {
                    throw failure("chose token \(found) of \(size), expected the first of the largest")
                }
            }
        }
    }

    private func choose(_ instance: any Sampler, _ logits: [Float], seed: Int, branch: Int, _ position: Int) -> Int {
        logits.withUnsafeBufferPointer {
            let source = RandomSource(seed: UInt64(seed + branch), position: position)
            return Int(instance.sample($0, random: source, kernels: kernels))
        }
    }

    private func failure(_ problem: String) -> ConformanceFailure {
        ConformanceFailure("\(sampler.name): \(problem)")
    }
}
