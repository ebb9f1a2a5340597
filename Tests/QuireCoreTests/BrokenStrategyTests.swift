import QuireCore
import Testing

/// Decides something that cannot be carried out; which, the request says.
private struct BrokenStrategy: DecodingStrategy {
    static let name = "broken"
    static let summary = "makes mistakes"
    static let runsTogether = true
    let width = 2
    private let mistake: String?

    init(params: SamplingParams) { mistake = params.extraArguments["mistake"] }

    func advance(_ candidates: [Candidate], isFirst: Bool, picker: TokenPicker) throws -> Decision {
        func on(_ parent: Int, _ token: TokenID) -> Continuation {
            Continuation(parent: parent, picked: PickedToken(token: token, logprob: 0))
        }
        if isFirst { return Decision(continuations: [on(0, 1), on(0, 2)]) }
        return switch mistake {
        case "parent": Decision(continuations: [on(7, 1)])
        case "negative": Decision(continuations: [on(-1, 1)])
        case "token": Decision(continuations: [on(0, 50)])
        default: Decision(continuations: (0..<3).map { on(0, $0) })
        }
    }
}

@Suite("A strategy that decides nonsense")
struct BrokenStrategyTests {
    @Test(
        "ends its request with its name and what is wrong, and nothing else",
        arguments: [
            ("parent", "candidate 7 of 2"), ("negative", "candidate -1 of 2"),
            ("token", "token 50; ids go from 0 to 49"),
            ("many", "3 sequences go on; at most 2"),
        ])
    func endsAlone(mistake: String, says: String) throws {
        let context = try Parts.context()
        let engine = Engine(
            model: HashingModel(blocks: 32, blockSize: 4, context: context),
            parts: try Parts.make { try $0.decodingStrategies.add(BrokenStrategy.name, BrokenStrategy.self) },
            scheduler: SchedulerConfiguration(maxModelLength: 64), totalBlocks: 32, blockSize: 4, context: context)
        var params = SamplingParams(maxTokens: 9, ignoreEOS: true, decodingStrategy: BrokenStrategy.name)
        params.extraArguments["mistake"] = mistake
        try engine.add(Request(id: 1, prompt: [1, 2, 3], params: params))
        let greedy = SamplingParams(temperature: 0, maxTokens: 9, ignoreEOS: true)
        try engine.add(Request(id: 2, prompt: [4, 5], params: greedy))
        let results = engine.results()
        #expect { _ = try results[1]?.get() } throws: { "\($0)".contains("'broken'") && "\($0)".contains(says) }
        #expect(try results[2]?.get().outputs[0].tokenIDs == HashingModel.prediction([4, 5], count: 9))
        #expect(engine.numFreeBlocks == 32)
    }
}
