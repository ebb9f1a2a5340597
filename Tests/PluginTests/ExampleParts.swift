import QuireCore

// The parts that docs/add-a-strategy.md builds, word for word.

/// Forbids a token that would repeat a run of `no_repeat_ngram_size` tokens of the completion.
struct NoRepeatedRuns: LogitsProcessor {
    static let name = "no_repeat_ngram_size"
    static let order = 60
    let size: Int

    static func make(for request: Request) throws -> NoRepeatedRuns? {
        guard let text = request.params.extraArguments[name] else { return nil }
        guard let size = Int(text), size >= 2 else {
            throw RequestError.parameter(name: name, value: text, expected: "a whole number of at least 2")
        }
        return NoRepeatedRuns(size: size)
    }

    func apply(
        to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
    ) {
        let tokens = Array(generated)
        guard tokens.count >= size else { return }
        let ending = tokens.suffix(size - 1)
        for start in 0...(tokens.count - size) where tokens[start..<(start + size - 1)].elementsEqual(ending) {
            logits[Int(tokens[start + size - 1])] = -.infinity
        }
    }
}

/// Draws as `parallel` does, and answers with the `n` likeliest of `best_of` completions.
struct BestOf: DecodingStrategy {
    static let name = "best-of"
    static let summary = "draws best_of completions and keeps the n likeliest"
    // The best are known when all have ended.
    static let runsTogether = true
    let width: Int
    private let params: SamplingParams
    private var ended: [Hypothesis] = []

    init(params: SamplingParams) throws {
        let text = params.extraArguments["best_of"] ?? "\(params.n)"
        guard let width = Int(text), width >= params.n, width <= 1_024 else {
            throw RequestError.parameter(name: "best_of", value: text, expected: "\(params.n) to 1024")
        }
        self.width = width
        self.params = params
    }

    mutating func advance(_ candidates: [Candidate], isFirst: Bool, picker: TokenPicker) throws -> Decision {
        var continuations: [Continuation] = []
        for (parent, candidate) in candidates.enumerated() {
            for branch in isFirst ? Array(0..<width) : [candidate.branch] {
                let picked = try picker.pick(candidate.logits, tokens: candidate.tokens, branch: branch)
                if let ending = candidate.ending(with: picked.token) {
                    let score = candidate.cumulativeLogprob + picked.logprob
                    ended.append(candidate.hypothesis(with: picked, ending: ending, score: score))
                } else {
                    continuations.append(Continuation(parent: parent, picked: picked))
                }
            }
        }
        guard continuations.isEmpty else { return Decision(continuations: continuations) }
        let best = ended.sorted { $0.score > $1.score }.prefix(params.n)
        return Decision(continuations: [], hypotheses: Array(best))
    }
}

/// Brings both.
enum ExamplePlugin: EnginePlugin {
    static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.logitsProcessors.add(NoRepeatedRuns.name, NoRepeatedRuns.self)
        try registry.decodingStrategies.add(BestOf.name, BestOf.self)
    }
}
