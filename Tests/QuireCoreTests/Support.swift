import QuireCore

/// Reproducible random numbers for properties: Marsaglia's xorshift with multiplication.
struct Dice {
    private var state: UInt64

    init(_ seed: Int) {
        state = UInt64(bitPattern: Int64(seed)) &* 0x9E37_79B9_7F4A_7C15 ^ 0x1234_5678_9ABC_DEF1
        for _ in 0..<8 { _ = next() }
    }

    private mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }

    /// A number from the range.
    mutating func roll(_ range: Range<Int>) -> Int {
        range.lowerBound + Int((next() >> 16) % UInt64(range.count))
    }

    mutating func chance(_ percent: Int) -> Bool { roll(0..<100) < percent }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[roll(0..<values.count)] }
}

/// Takes one of the three largest logits, which one being drawn; with temperature 0 the largest.
///
/// What it takes depends on the seed, the branch and the position: were they mixed up, the tokens would tell.
struct TopThreeSampler: Sampler {
    static let name = "top-three"
    let params: SamplingParams

    func sample(_ logits: UnsafeBufferPointer<Float>, random: RandomSource, kernels: Kernels) -> TokenID {
        Self.choice(Array(logits), params, random)
    }

    static func choice(_ row: [Float], _ params: SamplingParams, _ random: RandomSource) -> TokenID {
        var random = random
        let order = row.indices.sorted { row[$0] != row[$1] ? row[$0] > row[$1] : $0 < $1 }
        return TokenID(order[params.isGreedy ? 0 : Int(random.next() % 3)])
    }
}

/// `n` sequences of one prompt, each with its own branch of the random numbers.
struct FanStrategy: DecodingStrategy {
    static let name = "parallel"
    static let summary = "a fan"
    static let runsTogether = false
    let width: Int
    init(params: SamplingParams) { width = params.n }

    func advance(_ candidates: [Candidate], isFirst: Bool, picker: TokenPicker) throws -> Decision {
        if isFirst, let prompt = candidates.first {
            return Decision(
                continuations: try (0..<width).map {
                    Continuation(parent: 0, picked: try picker.pick(prompt.logits, tokens: prompt.tokens, branch: $0))
                })
        }
        return Decision(
            continuations: try candidates.enumerated().map { index, candidate in
                let picked = try picker.pick(candidate.logits, tokens: candidate.tokens, branch: candidate.branch)
                return Continuation(parent: index, picked: picked)
            })
    }
}

enum Parts {
    static func make(_ change: (inout PluginRegistry) throws -> Void = { _ in }) throws -> EngineParts {
        var registry = PluginRegistry()
        try registry.samplers.add("random", TopThreeSampler.self)
        try registry.decodingStrategies.add("parallel", FanStrategy.self)
        try registry.decodingStrategies.add(RivalsStrategy.name, RivalsStrategy.self)
        try change(&registry)
        return try EngineParts(registry: registry)
    }

    static func context(threads: Int = 1) throws -> ComputeContext {
        ComputeContext(kernels: try Kernels(), workers: WorkerPool(threads: threads))
    }
}

extension Engine {
    /// Steps to the end, checking blocks after each; gives up after `limit` steps.
    func results(limit: Int = 5_000) -> [RequestID: Result<RequestOutput, any Error>] {
        var results: [RequestID: Result<RequestOutput, any Error>] = [:]
        var steps = 0
        while hasUnfinishedRequests, steps < limit {
            for update in step() { results[update.requestID] = update.result ?? results[update.requestID] }
            checkInvariants()
            steps += 1
        }
        return results
    }
}
