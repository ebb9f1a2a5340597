import Foundation
import QuireCore

/// What the loaded model does with an entry's prompts, compared with what it should do.
///
/// In float32 the ids and their log-probabilities must be those of the other implementation. Rounded weights choose other
/// tokens soon, so that the expected ones are given, and their log-probabilities may be off by no more than rounding costs
/// there. Without expectations it is only asked that numbers come out.
struct ZooRun {
    struct Finding {
        var difference: Double?
        var bound: Double?
        /// `nil` where all is as it should be.
        var problem: String?
    }

    let entry: ZooEntry
    let cases: [ExpectedContinuation]
    let column: ZooColumn
    let options: EngineOptions
    let load: (EngineOptions) throws -> LLM

    /// Where the two best logits are closer than this, rounding may choose either.
    private static let smallestMargin = 1e-3
    /// Nats that a log-probability may differ by in float32, where sums are taken in another order.
    static let float32Bound = 2e-4
    static let chunk = 7
    private static let freeTokens = 16

    func findings() throws -> Finding {
        let llm = try load(options)
        if let type = column.weights.quantizedType, !llm.matrixTypes.contains(type) {
            throw ZooRefusal(reason: "no matrix has rows that divide into blocks of \(column.weights.rawValue)")
        }
        if cases.isEmpty { return try unexpected(llm) }
        return column.weights == .float32 ? try exact(llm) : try rounded(llm)
    }

    // MARK: - Without expectations

    private func unexpected(_ llm: LLM) throws -> Finding {
        let prompt: Prompt
        if llm.tokenizer != nil {
            prompt = .text(entry.prompt ?? "The")
        } else {
            let ids = (entry.prompt ?? "").split(separator: " ").compactMap { TokenID($0) }
            prompt = .tokens(ids.isEmpty ? [TokenID(min(1, llm.vocabularySize - 1))] : ids)
        }
        let params = SamplingParams(temperature: 0, maxTokens: Self.freeTokens, logprobs: 0)
        let found = try llm.generate([prompt], params, showsProgress: false)
        return Finding(problem: found.contains(where: Self.hasOddNumbers) ? "a log-probability is not finite" : nil)
    }

    // MARK: - Float32

    private func exact(_ llm: LLM) throws -> Finding {
        let together = try continued(llm, cases)
        var finding = Finding(difference: 0, bound: Self.float32Bound)
        for (expected, found) in zip(cases, together) {
            let (difference, problem) = Self.difference(expected, found)
            finding.difference = max(finding.difference ?? 0, difference)
            if let problem, finding.problem == nil { finding.problem = problem }
        }
        // Only backends that promise it must give the same bytes whatever runs beside.
        guard finding.problem == nil, llm.backends.isBatchInvariant else { return finding }
        if cases.count > 1 {
            for (index, expected) in cases.enumerated() {
                let alone = try continued(llm, [expected])
                if !Self.isSame(alone[0], together[index]) {
                    finding.problem = "\(expected.label): alone it is not what it is in a batch"
                    return finding
                }
            }
        }
        var chunked = options
        chunked.maxBatchedTokens = Self.chunk
        let pieces = try continued(try load(chunked), cases)
        if let index = cases.indices.first(where: { !Self.isSame(pieces[$0], together[$0]) }) {
            finding.problem = "\(cases[index].label): \(Self.chunk) tokens at a time it is not what it is at once"
        }
        return finding
    }

    private func continued(_ llm: LLM, _ cases: [ExpectedContinuation]) throws -> [RequestOutput] {
        try llm.generate(
            cases.map { .tokens($0.promptTokenIDs) },
            cases.map {
                SamplingParams(temperature: 0, maxTokens: $0.tokenIDs.count, ignoreEOS: true, logprobs: 0)
            }, showsProgress: false)
    }

    /// How far log-probabilities are off up to the first other token, and what is wrong, in words.
    static func difference(
        _ expected: ExpectedContinuation, _ output: RequestOutput
    ) -> (difference: Double, problem: String?) {
        guard let completion = output.outputs.first, let logprobs = completion.logprobs else {
            return (.infinity, "\(expected.label): no completion")
        }
        var largest = 0.0
        for (index, wanted) in expected.tokenIDs.enumerated() {
            let found = completion.tokenIDs.indices.contains(index) ? completion.tokenIDs[index] : nil
            guard found == wanted, logprobs.indices.contains(index) else {
                // From a near tie on, both continuations are right.
                if expected.margins[index] <= smallestMargin { return (largest, nil) }
                let shown = found.map(String.init) ?? "missing"
                return (largest, "\(expected.label): token \(index) is \(shown), expected \(wanted)")
            }
            let difference = abs(logprobs[index].logprob - expected.logprobs[index])
            guard difference <= float32Bound else {
                return (
                    difference.isNaN ? .infinity : difference,
                    "\(expected.label): the log-probability of token \(index) is \(logprobs[index].logprob), expected "
                        + "\(expected.logprobs[index])"
                )
            }
            largest = max(largest, difference)
        }
        return (largest, nil)
    }

    private static func isSame(_ left: RequestOutput, _ right: RequestOutput) -> Bool {
        func bits(_ output: RequestOutput) -> [UInt64]? {
            output.outputs.first?.logprobs?.map(\.logprob.bitPattern)
        }
        return left.outputs.first?.tokenIDs == right.outputs.first?.tokenIDs && bits(left) == bits(right)
    }

    // MARK: - Rounded weights

    private func rounded(_ llm: LLM) throws -> Finding {
        // One place is left for the token that every request asks for.
        let given = cases.map { Array(($0.promptTokenIDs + $0.tokenIDs).prefix(llm.maxModelLength - 1)) }
        let found = try llm.generate(
            given.map(Prompt.tokens), SamplingParams(temperature: 0, maxTokens: 1, promptLogprobs: 0),
            showsProgress: false)
        var sum = 0.0
        var count = 0
        for (expected, output) in zip(cases, found) {
            let logprobs = (output.promptLogprobs ?? []).dropFirst(expected.promptTokenIDs.count)
            for (found, wanted) in zip(logprobs, expected.logprobs) {
                guard let found, found.logprob.isFinite else {
                    return Finding(problem: "\(expected.label): a log-probability is not finite")
                }
                sum += abs(found.logprob - wanted)
                count += 1
            }
        }
        let mean = sum / Double(max(1, count))
        guard let rounding = entry.rounding?[column.weights.rawValue] else { return Finding(difference: mean) }
        let bound = 2 * rounding + 0.02
        let texts = [mean, bound].map { Format.fixed($0, 4) }
        return Finding(
            difference: mean, bound: bound,
            problem: mean <= bound
                ? nil : "log-probabilities are off by \(texts[0]) nats on average, expected at most \(texts[1])")
    }

    private static func hasOddNumbers(_ output: RequestOutput) -> Bool {
        output.outputs.contains { ($0.logprobs ?? []).contains { !$0.logprob.isFinite } }
    }
}

/// What an entry cannot be tried with, and is not at fault for.
struct ZooRefusal: Error {
    let reason: String
}
