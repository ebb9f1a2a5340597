import QuireCore

/// Draws `n` completions of one prompt: the prompt is computed once, and its blocks are shared until a write.
public struct ParallelSampling: DecodingStrategy {
    public static let name = "parallel"
    public static let summary = "n completions drawn one by one; the prompt is computed once and shared"
    public static let runsTogether = false

    public let width: Int

    public init(params: SamplingParams) { width = params.n }

    public func advance(_ candidates: [Candidate], isFirst: Bool, picker: TokenPicker) throws -> Decision {
        func pick(_ candidate: Candidate, branch: Int) throws -> PickedToken {
            try picker.pick(
                candidate.logits, tokens: candidate.tokens, branch: branch, withLogprob: picker.reportsLogprobs)
        }
        if isFirst, let prompt = candidates.first {
            // The engine numbers the forks of one parent in this order.
            return Decision(
                continuations: try (0..<width).map { branch in
                    Continuation(parent: 0, picked: try pick(prompt, branch: branch))
                })
        }
        return Decision(
            continuations: try candidates.enumerated().map { index, candidate in
                Continuation(parent: index, picked: try pick(candidate, branch: candidate.branch))
            })
    }
}

/// Brings the decoding strategy `parallel`.
public enum ParallelSamplingPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.decodingStrategies.add(ParallelSampling.name, ParallelSampling.self)
    }
}
