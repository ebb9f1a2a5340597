/// A token and how likely the model held it.
public struct PickedToken: Sendable {
    public let token: TokenID
    public let logprob: Double
    /// Where the request asked for it.
    public let details: TokenLogprob?

    public init(token: TokenID, logprob: Double, details: TokenLogprob? = nil) {
        self.token = token
        self.logprob = logprob
        self.details = details
    }
}

/// From a row of logits to a token: checks the row, applies the processors in their order, samples, reports.
public struct TokenPicker: Sendable {
    let sampler: any Sampler
    let processors: [any LogitsProcessor]
    let request: Request
    let seed: UInt64
    let kernels: Kernels

    /// Picks the next token of one sequence.
    ///
    /// - Parameters:
    ///   - row: logits `[vocabulary]`; left as they are.
    ///   - branch: which of the request's sequences.
    /// - Throws: `RequestError.notANumber`, or what a processor throws.
    public func pick(
        _ row: UnsafeBufferPointer<Float>, tokens: [TokenID], branch: Int
    ) throws -> PickedToken {
        if kernels.has_non_finite(row.baseAddress!, row.count) { throw RequestError.notANumber }
        let generated = tokens[request.prompt.count...]
        let random = RandomSource(seed: seed, branch: branch, position: generated.count)
        let token: TokenID
        if processors.isEmpty {
            token = sampler.sample(row, random: random, kernels: kernels)
        } else {
            token = try withUnsafeTemporaryAllocation(of: Float.self, capacity: row.count) { copy in
                _ = copy.initialize(fromContentsOf: row)
                for processor in processors {
                    try processor.apply(to: copy, prompt: request.prompt, generated: generated)
                }
                if !copy.contains(where: { $0 > -.infinity }) { throw RequestError.everythingForbidden }
                return sampler.sample(UnsafeBufferPointer(copy), random: random, kernels: kernels)
            }
        }
        let logSumExp = kernels.log_sum_exp(row.baseAddress!, row.count)
        return PickedToken(
            token: token, logprob: Double(row[Int(token)]) - logSumExp,
            details: request.params.logprobs.map {
                TokenLogprob(token: token, row: row, logSumExp: logSumExp, topCount: $0)
            })
    }
}
