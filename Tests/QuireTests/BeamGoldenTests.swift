import Foundation
import Quire
import Synchronization
import Testing

/// A beam search as transformers runs it.
struct BeamGolden: Decodable, Sendable, CustomTestStringConvertible {
    struct Hypothesis: Decodable, Sendable {
        let tokenIDs: [TokenID]
        let score: Double

        enum CodingKeys: String, CodingKey {
            case score
            case tokenIDs = "token_ids"
        }
    }

    /// `false`, `true` or `"never"`.
    struct Stopping: Decodable, Sendable {
        let value: EarlyStopping

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let isOn = try? container.decode(Bool.self) {
                value = isOn ? .yes : .no
            } else {
                value = try #require(EarlyStopping(rawValue: try container.decode(String.self)))
            }
        }
    }

    let promptTokenIDs: [TokenID]
    let numBeams: Int
    let earlyStopping: Stopping
    let lengthPenalty: Double
    let maxNewTokens: Int
    let eosTokenIDs: [TokenID]
    let repetitionPenalty: Double?
    let badWordsIDs: [[TokenID]]?
    let minNewTokens: Int?
    let stopStrings: [String]?
    let numReturnSequences: Int?
    let hypotheses: [Hypothesis]

    enum CodingKeys: String, CodingKey {
        case hypotheses
        case promptTokenIDs = "prompt_token_ids"
        case numBeams = "num_beams"
        case earlyStopping = "early_stopping"
        case lengthPenalty = "length_penalty"
        case maxNewTokens = "max_new_tokens"
        case eosTokenIDs = "eos_token_ids"
        case repetitionPenalty = "repetition_penalty"
        case badWordsIDs = "bad_words_ids"
        case minNewTokens = "min_new_tokens"
        case stopStrings = "stop_strings"
        case numReturnSequences = "num_return_sequences"
    }

    var testDescription: String {
        "width \(numBeams), early_stopping \(earlyStopping.value.rawValue), length_penalty \(lengthPenalty), "
            + "\(promptTokenIDs.count) prompt tokens"
    }

    var params: SamplingParams {
        SamplingParams(
            n: numReturnSequences ?? numBeams, temperature: 0, maxTokens: maxNewTokens, minTokens: minNewTokens ?? 0,
            stop: stopStrings ?? [], stopTokenIDs: eosTokenIDs, ignoreEOS: true,
            repetitionPenalty: repetitionPenalty ?? 1, beamWidth: numBeams, lengthPenalty: lengthPenalty,
            earlyStopping: earlyStopping.value)
    }

    static func all(_ model: String) throws -> [BeamGolden] {
        struct File: Decodable { let cases: [BeamGolden] }
        let data = try Data(contentsOf: URL(fileURLWithPath: Repository.fixture("beam/\(model).json")))
        return try JSONDecoder().decode(File.self, from: data).cases
    }
}

/// Forbids runs of token ids, as `bad_words_ids` of the goldens asks: a processor from outside, chosen by the seed.
struct ForbiddenRuns: LogitsProcessor {
    static let name = "forbidden-runs"
    static let order = 25
    static let seed: UInt64 = 4_711
    let runs: [[TokenID]]

    static func make(for request: Request) -> ForbiddenRuns? {
        request.params.seed == seed ? ForbiddenRuns(runs: runs[request.prompt] ?? []) : nil
    }

    /// By prompt.
    static let runs: [[TokenID]: [[TokenID]]] = {
        let cases = BeamGoldenTests.models.flatMap { (try? BeamGolden.all($0)) ?? [] }
        return Dictionary(
            cases.compactMap { golden in golden.badWordsIDs.map { (golden.promptTokenIDs, $0) } },
            uniquingKeysWith: { first, _ in first })
    }()

    func apply(
        to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
    ) {
        for run in runs where (prompt + generated).suffix(run.count - 1).elementsEqual(run.dropLast()) {
            logits[Int(run[run.count - 1])] = -.infinity
        }
    }
}

@Suite("Beam search finds what transformers finds")
struct BeamGoldenTests {
    static let models = ["gqa", "tied", "head-dim", "quire-tiny"]

    static func load(_ model: String, onStep: (@Sendable (StepTrace) -> Void)? = nil) throws -> LLM {
        var registry = try PluginRegistry(bundledPlugins)
        try registry.logitsProcessors.add(ForbiddenRuns.name, ForbiddenRuns.self)
        let path = model == "quire-tiny" ? nil : Repository.fixture("llama/\(model)")
        return try LLM(EngineOptions(model: path), registry: registry, onStep: onStep)
    }

    static func params(_ golden: BeamGolden) -> SamplingParams {
        var params = golden.params
        if golden.badWordsIDs != nil { params.seed = ForbiddenRuns.seed }
        return params
    }

    static func compare(_ output: RequestOutput, _ golden: BeamGolden, _ place: String) {
        #expect(output.outputs.map(\.tokenIDs) == golden.hypotheses.map(\.tokenIDs), "\(place)")
        #expect(output.outputs.map(\.index) == Array(golden.hypotheses.indices))
        for (found, expected) in zip(output.outputs, golden.hypotheses) {
            let score = found.score ?? .nan
            // Scores grow with the length where length_penalty is below 0.
            #expect(abs(score - expected.score) <= 1e-4 * max(1, abs(expected.score)), "\(place)")
        }
    }

    @Test("all at once, ids and scores", arguments: models)
    func together(model: String) throws {
        let llm = try Self.load(model)
        let goldens = try BeamGolden.all(model)
        #expect(goldens.count >= 20 && Set(goldens.map(\.numBeams)) == [2, 4, 8])
        let outputs = try llm.generate(
            goldens.map { .tokens($0.promptTokenIDs) }, goldens.map(Self.params), showsProgress: false)
        for (output, golden) in zip(outputs, goldens) { Self.compare(output, golden, golden.testDescription) }
        #expect(goldens.contains { $0.badWordsIDs != nil } && goldens.contains { $0.repetitionPenalty != nil })
    }

    @Test("one by one, and a step computes the prompt or exactly a token for each beam", arguments: models)
    func alone(model: String) throws {
        let steps = StepLog()
        let llm = try Self.load(model) { steps.add($0) }
        for golden in try BeamGolden.all(model) {
            var params = Self.params(golden)
            // Nothing is found in the cache, so that every token is seen.
            params.cacheSalt = golden.testDescription + "\(golden.hypotheses.count) \(golden.maxNewTokens)"
            let output = try llm.generate([.tokens(golden.promptTokenIDs)], [params], showsProgress: false)[0]
            Self.compare(output, golden, golden.testDescription)
            let traces = steps.take()
            #expect(traces.first?.tokens == golden.promptTokenIDs.count - output.metrics.cachedTokens)
            #expect(traces.dropFirst().allSatisfy { $0.tokens == golden.numBeams }, "\(golden.testDescription)")
        }
    }
}

/// Steps as they come from the engine's thread.
final class StepLog: Sendable {
    private let traces = Mutex<[StepTrace]>([])
    func add(_ trace: StepTrace) { traces.withLock { $0.append(trace) } }

    /// The steps since the last call.
    func take() -> [StepTrace] {
        traces.withLock { traces in
            defer { traces = [] }
            return traces
        }
    }
}
