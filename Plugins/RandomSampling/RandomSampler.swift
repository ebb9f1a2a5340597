import QuireCore

/// Greedy, or random by probability after temperature, min-p, top-k and top-p, in vLLM's order.
public struct RandomSampler: Sampler {
    public static let name = "random"

    private let params: SamplingParams

    public init(params: SamplingParams) { self.params = params }

    public func sample(_ logits: UnsafeBufferPointer<Float>, random: RandomSource, kernels: Kernels) -> TokenID {
        if params.isGreedy { return TokenID(kernels.argmax(logits.baseAddress!, logits.count)) }
        var random = random
        let share = random.unit()
        return withWeights(of: logits, kernels: kernels) { $0.token(at: share) }
    }

    /// Hands the weights of all tokens to `body`, after the filters.
    func withWeights<Result>(
        of logits: UnsafeBufferPointer<Float>, kernels: Kernels, _ body: (TokenWeights) -> Result
    ) -> Result {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: logits.count) { memory in
            let weights = TokenWeights(logits, temperature: params.temperature, into: memory, kernels: kernels)
            if params.minP > 0 { weights.dropBelow(params.minP) }
            if params.topK > 0, params.topK < logits.count { weights.keepLikeliest(params.topK) }
            if params.topP < 1 { weights.keepNucleus(params.topP) }
            return body(weights)
        }
    }
}
