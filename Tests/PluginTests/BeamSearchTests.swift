import BeamSearch
import LogitsProcessors
import ParallelSampling
import QuireCore
import RandomSampling
import Testing

/// Letters, one a token.
private struct Letters: TextStream {
    mutating func append(_ token: TokenID) -> String { String(UnicodeScalar(UInt8(97 + token))) }
    mutating func finish() -> String { "" }
}

@Suite("Beam search")
struct BeamSearchTests {
    static let vocabularySize = 12

    /// Logits that depend on the last two tokens, so that paths matter.
    static func row(_ token: TokenID, _ position: Int) -> [Float] {
        (0..<vocabularySize).map { next in
            Float((Int(token) * 31 + next * 17 + position * 7) % 23) / 6
        }
    }

    static func serve(
        _ params: SamplingParams, endTokens: Set<TokenID> = [], onUpdate: (RequestUpdate) -> Void = { _ in }
    ) throws -> RequestOutput {
        let context = try PluginEngine.context()
        let registry = try PluginRegistry([
            RandomSamplingPlugin.self, LogitsProcessorsPlugin.self, ParallelSamplingPlugin.self, BeamSearchPlugin.self,
        ])
        let engine = Engine(
            model: TableModel(vocabularySize: vocabularySize, context: context, row: row),
            parts: try EngineParts(registry: registry), scheduler: SchedulerConfiguration(maxModelLength: 128),
            totalBlocks: 1_024, blockSize: 4, context: context)
        try engine.add(
            Request(
                id: 1, prompt: [1, 2, 3], params: params, endTokens: endTokens, makeTextStream: { Letters() }))
        while engine.hasUnfinishedRequests {
            for update in engine.step() {
                onUpdate(update)
                if let result = update.result { return try result.get() }
            }
            engine.checkInvariants()
        }
        throw RequestError.cancelled
    }

    /// Every text of so many tokens with its log-probability, best first.
    static func exhaustive(length: Int) -> [(tokens: [TokenID], logprob: Double)] {
        var texts: [(tokens: [TokenID], logprob: Double)] = [([], 0)]
        for step in 0..<length {
            texts = texts.flatMap { tokens, logprob in
                let row = row(tokens.last ?? 3, 2 + step).map { Double($0) }
                let total = row.reduce(0.0) { $0 + exponential($1) }
                return row.indices.map { (tokens + [TokenID($0)], logprob + row[$0] - logarithm(total)) }
            }
        }
        return texts.sorted { $0.logprob > $1.logprob }
    }

    @Test("with as many beams as there are texts it finds the very best, in order, with their scores")
    func exhaustive() throws {
        let output = try Self.serve(SamplingParams(n: 20, temperature: 0, maxTokens: 3, beamWidth: 256))
        let expected = Self.exhaustive(length: 3)
        // 144 beams hold every text of two tokens.
        for (found, best) in zip(output.outputs, expected) {
            #expect(abs((found.cumulativeLogprob ?? 0) - best.logprob) < 1e-5)
            #expect(abs((found.score ?? 0) - best.logprob / 3) < 1e-5)
        }
        #expect(Set(output.outputs.map(\.tokenIDs)).count == 20)
    }

    @Test("one beam is greedy search")
    func greedy() throws {
        let beam = try Self.serve(SamplingParams(temperature: 0, maxTokens: 10, beamWidth: 1)).outputs[0]
        let greedy = try Self.serve(SamplingParams(temperature: 0, maxTokens: 10, logprobs: 0)).outputs[0]
        #expect(beam.tokenIDs == greedy.tokenIDs && beam.text == greedy.text)
        let sums = try (#require(beam.cumulativeLogprob), #require(greedy.cumulativeLogprob))
        #expect(abs(sums.0 - sums.1) < 1e-9 && greedy.score == nil)
    }

    @Test("fewer hypotheses than beams are the first of all of them")
    func fewer() throws {
        let all = try Self.serve(SamplingParams(n: 6, temperature: 0, maxTokens: 9, beamWidth: 6), endTokens: [0])
        for n in 1..<6 {
            let some = try Self.serve(
                SamplingParams(n: n, temperature: 0, maxTokens: 9, beamWidth: 6), endTokens: [0])
            #expect(some.outputs == Array(all.outputs.prefix(n)))
        }
        #expect(all.outputs.map { $0.score ?? 0 } == all.outputs.map { $0.score ?? 0 }.sorted(by: >))
    }

    @Test("more beams than the vocabulary has tokens begin with those that there are")
    func wide() throws {
        let output = try Self.serve(SamplingParams(n: 30, temperature: 0, maxTokens: 4, beamWidth: 30))
        #expect(output.outputs.count == 30)
        #expect(output.metrics.computedTokens == 3 + 12 + 30 + 30)
    }

    @Test("what is streamed is certain: it is never taken back, and together it is the best answer", arguments: 2...9)
    func streaming(width: Int) throws {
        for (stop, ends) in [([], []), (["bc", "ka"], []), ([], [0, 5])] as [([String], Set<TokenID>)] {
            var tokens: [TokenID] = []
            var text = ""
            var snapshots: [[TokenID]] = []
            let params = SamplingParams(temperature: 0, maxTokens: 24, stop: stop, beamWidth: width)
            let output = try Self.serve(params, endTokens: ends) { update in
                for delta in update.deltas {
                    tokens += delta.tokenIDs
                    text += delta.text
                    #expect(delta.index == 0)
                }
                if let best = update.best {
                    snapshots.append(best.tokenIDs)
                    #expect(best.tokenIDs.starts(with: tokens))
                    #expect(!(stop.isEmpty && ends.isEmpty) || best.text?.count == best.tokenIDs.count)
                }
            }
            let best = try #require(output.outputs.first)
            #expect(tokens == best.tokenIDs && text == best.text)
            #expect(!snapshots.isEmpty)
        }
    }

    @Test("a stop text ends hypotheses, which are cut before it; tokens stay")
    func stopTexts() throws {
        let params = SamplingParams(n: 5, temperature: 0, maxTokens: 12, stop: ["b", "gh"], beamWidth: 5)
        let output = try Self.serve(params)
        #expect(output.outputs.contains { $0.finishReason == .stop })
        for completion in output.outputs {
            let letters = completion.tokenIDs.map { String(UnicodeScalar(UInt8(97 + $0))) }.joined()
            guard case .text(let stop) = completion.stopReason else {
                #expect(!letters.contains("b") && !letters.contains("gh") && completion.text == letters)
                continue
            }
            #expect(letters.hasSuffix(stop) && completion.text == String(letters.dropLast(stop.count)))
        }
    }

    @Test("forbidden tokens are in no hypothesis, and if nothing is left the request says so")
    func forbidden() throws {
        let allowed = try Self.serve(
            SamplingParams(n: 4, temperature: 0, maxTokens: 6, allowedTokenIDs: [3, 4], beamWidth: 4))
        #expect(allowed.outputs.allSatisfy { $0.tokenIDs.allSatisfy { $0 == 3 || $0 == 4 } })
        #expect(throws: RequestError.everythingForbidden) {
            _ = try Self.serve(
                SamplingParams(
                    temperature: 0, maxTokens: 6, minTokens: 2, stopTokenIDs: [3], allowedTokenIDs: [3], beamWidth: 4))
        }
    }

    @Test("log-probabilities of each token are the model's, and add up")
    func logprobs() throws {
        let output = try Self.serve(
            SamplingParams(n: 3, temperature: 0, maxTokens: 7, logprobs: 2, beamWidth: 4), endTokens: [0])
        for completion in output.outputs {
            let logprobs = try #require(completion.logprobs)
            #expect(logprobs.map(\.token) == completion.tokenIDs)
            let sum = try #require(completion.cumulativeLogprob)
            #expect(abs(logprobs.reduce(0) { $0 + $1.logprob } - sum) < 1e-9)
        }
    }

    @Test("a bias moves the search as it would move a row of log-probabilities")
    func bias() throws {
        let output = try Self.serve(
            SamplingParams(n: 4, temperature: 0, maxTokens: 3, logitBias: [7: 100], beamWidth: 4))
        #expect(output.outputs[0].tokenIDs == [7, 7, 7] && (output.outputs[0].score ?? 0) > 90)
    }

    private static func exponential(_ x: Double) -> Double {
        var (term, sum) = (1.0, 1.0)
        for index in 1..<40 {
            term *= x / 64 / Double(index)
            sum += term
        }
        for _ in 0..<6 { sum *= sum }
        return sum
    }

    /// By Newton's method.
    private static func logarithm(_ x: Double) -> Double {
        var y = 1.0
        for _ in 0..<80 { y += 2 * (x - exponential(y)) / (x + exponential(y)) }
        return y
    }
}
