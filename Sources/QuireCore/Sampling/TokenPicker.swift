/// A token and how likely it was held.
public struct PickedToken: Sendable {
    public let token: TokenID
    /// Added to its sequence's cumulative log-probability; NaN where nobody asked for either.
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

    /// Whether the request asked for log-probabilities, or their sum.
    public var reportsLogprobs: Bool { request.params.logprobs != nil || request.params.cumulativeLogprob }

    /// Draws the next token of one sequence.
    ///
    /// - Parameters:
    ///   - row: logits `[vocabulary]`; left as they are.
    ///   - branch: which of the request's sequences. It draws as the only sequence of a request with `seed + branch`
    ///     would, so that each completion can be had alone.
    ///   - withLogprob: whether the token's log-probability is wanted, which takes a pass of exponentials over the row.
    /// - Throws: `RequestError.notANumber`, `RequestError.everythingForbidden`, or what a processor throws.
    public func pick(
        _ row: UnsafeBufferPointer<Float>, tokens: [TokenID], branch: Int, withLogprob: Bool = true
    ) throws -> PickedToken {
        let position = tokens.count - request.prompt.count
        let random = RandomSource(seed: seed &+ UInt64(branch), position: position)
        try check(row)
        let token = try processed(row, tokens) { sampler.sample($0, random: random, kernels: kernels) }
        guard withLogprob else { return PickedToken(token: token, logprob: .nan) }
        let logSumExp = kernels.log_sum_exp(row.baseAddress!, row.count)
        return PickedToken(
            token: token, logprob: Double(row[Int(token)]) - logSumExp,
            details: details(of: token, row, logSumExp: logSumExp))
    }

    /// Hands the log-probabilities of the next token to `body`, `[vocabulary]`, as the processors leave them.
    ///
    /// As in Hugging Face's beam search the processors see log-probabilities, and what they leave is not normalised
    /// again: a forbidden token is at `-inf`, the others are where the model put them.
    ///
    /// - Parameter body: also gets a number to subtract from each entry.
    /// - Throws: `RequestError.notANumber`, or what a processor throws.
    public func withLogprobs<Result>(
        _ row: UnsafeBufferPointer<Float>, tokens: [TokenID],
        _ body: (_ scores: UnsafeBufferPointer<Float>, _ offset: Double) throws -> Result
    ) throws -> Result {
        try check(row)
        let logSumExp = kernels.log_sum_exp(row.baseAddress!, row.count)
        if processors.isEmpty { return try body(row, logSumExp) }
        return try withUnsafeTemporaryAllocation(of: Float.self, capacity: row.count) { copy in
            for index in row.indices { copy.initializeElement(at: index, to: Float(Double(row[index]) - logSumExp)) }
            _ = try apply(to: copy, tokens)
            return try body(UnsafeBufferPointer(copy), 0)
        }
    }

    /// What the request asked to be told about a token, from the model's own row.
    public func details(of token: TokenID, _ row: UnsafeBufferPointer<Float>) -> TokenLogprob? {
        request.params.logprobs == nil
            ? nil : details(of: token, row, logSumExp: kernels.log_sum_exp(row.baseAddress!, row.count))
    }

    private func details(
        of token: TokenID, _ row: UnsafeBufferPointer<Float>, logSumExp: Double
    ) -> TokenLogprob? {
        request.params.logprobs.map { TokenLogprob(token: token, row: row, logSumExp: logSumExp, topCount: $0) }
    }

    private func check(_ row: UnsafeBufferPointer<Float>) throws {
        if kernels.has_non_finite(row.baseAddress!, row.count) { throw RequestError.notANumber }
    }

    private func processed(
        _ row: UnsafeBufferPointer<Float>, _ tokens: [TokenID], _ body: (UnsafeBufferPointer<Float>) -> TokenID
    ) throws -> TokenID {
        if processors.isEmpty { return body(row) }
        return try withUnsafeTemporaryAllocation(of: Float.self, capacity: row.count) { copy in
            _ = copy.initialize(fromContentsOf: row)
            guard try apply(to: copy, tokens) > -.infinity else { throw RequestError.everythingForbidden }
            return body(UnsafeBufferPointer(copy))
        }
    }

    /// - Returns: the largest of what the processors leave.
    private func apply(to row: UnsafeMutableBufferPointer<Float>, _ tokens: [TokenID]) throws -> Float {
        let generated = tokens[request.prompt.count...]
        for processor in processors { try processor.apply(to: row, prompt: request.prompt, generated: generated) }
        // They may forbid tokens, but not hand on what nobody can choose by.
        var isNumber = true
        var largest = -Float.infinity
        for value in row {
            isNumber = isNumber && value < .infinity
            largest = max(largest, value)
        }
        guard isNumber else { throw RequestError.processedToNoNumber }
        return largest
    }
}
