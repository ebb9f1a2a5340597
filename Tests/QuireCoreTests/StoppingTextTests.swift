import QuireCore
import Testing

/// Spells token `i` as the `i`-th piece.
private struct Pieces: TextStream {
    let pieces: [String]
    mutating func append(_ token: TokenID) -> String { pieces[Int(token)] }
    mutating func finish() -> String { "" }
}

/// Gives the tokens 0, 1, 2 … in turn.
private final class CountingModel: ModelRunner {
    let vocabularySize = 50
    private let context: ComputeContext

    init(context: ComputeContext) { self.context = context }

    func run(_ batch: Batch, copies: [BlockCopy]) -> Tensor {
        let logits = context.tensor(rows: batch.sampledRows.count, columns: vocabularySize)
        for (row, index) in batch.sampledRows.enumerated() {
            logits.row(row).update(repeating: 0)
            logits.row(row)[Int(batch.positions[index])] = 1
        }
        return logits
    }
}

@Suite("Stop texts")
struct StoppingTextTests {
    struct Answer: Equatable {
        let text: String?
        let tokens: Int
        let reason: StopReason?
        /// What was handed out step by step.
        let streamed: String
    }

    static func run(
        _ pieces: [String], stop: [String], keeps: Bool = false, stopTokens: [TokenID] = [], minTokens: Int = 0
    ) throws -> Answer {
        let context = try Parts.context()
        let engine = Engine(
            model: CountingModel(context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxModelLength: 64), totalBlocks: 8, blockSize: 16, context: context)
        let params = SamplingParams(
            temperature: 0, maxTokens: pieces.count, minTokens: minTokens, stop: stop, stopTokenIDs: stopTokens,
            includeStopStringInOutput: keeps)
        try engine.add(
            Request(id: 1, prompt: [0], params: params, endTokens: [49], makeTextStream: { Pieces(pieces: pieces) }))
        var streamed = ""
        while engine.hasUnfinishedRequests {
            for update in engine.step() {
                streamed += update.deltas.map(\.text).joined()
                if let output = try update.result?.get().outputs.first {
                    return Answer(
                        text: output.text, tokens: output.tokenIDs.count, reason: output.stopReason, streamed: streamed)
                }
            }
        }
        return Answer(text: nil, tokens: 0, reason: nil, streamed: streamed)
    }

    @Test("a stop text across token borders is found and left out, in the stream too")
    func acrossBorders() throws {
        let answer = try Self.run(["Hello", " EN", "D", " more"], stop: ["END"])
        #expect(answer == Answer(text: "Hello ", tokens: 3, reason: .text("END"), streamed: "Hello "))
    }

    @Test("it is kept where that was asked for")
    func kept() throws {
        let answer = try Self.run(["Hello", " EN", "D!", " more"], stop: ["END"], keeps: true)
        #expect(answer == Answer(text: "Hello END", tokens: 3, reason: .text("END"), streamed: "Hello END"))
    }

    @Test("what only looked like a stop text is handed out after all")
    func falseAlarm() throws {
        let answer = try Self.run(["a", "ab", "ab", "x"], stop: ["ababab"])
        #expect(answer == Answer(text: "aababx", tokens: 4, reason: nil, streamed: "aababx"))
    }

    @Test("what is held back at the end is handed out")
    func heldBack() throws {
        #expect(try Self.run(["one", "tw"], stop: ["two"]).streamed == "onetw")
    }

    @Test("of several stop texts the one that ends first counts, of those the one that begins first")
    func several() throws {
        #expect(try Self.run(["xabcd"], stop: ["cd", "bc"]).reason == .text("bc"))
        #expect(try Self.run(["xabcd"], stop: ["c", "abc"]).text == "x")
    }

    @Test("characters of several bytes are never cut")
    func multibyte() throws {
        let answer = try Self.run(["é", "日", "本", "🙂"], stop: ["本x"])
        #expect(answer.text == "é日本🙂" && answer.streamed == "é日本🙂")
    }

    @Test("a stop token ends with its id as the reason, an end token with none")
    func tokens() throws {
        #expect(try Self.run(["a", "b", "c"], stop: [], stopTokens: [1]).reason == .token(1))
        #expect(try Self.run(["a", "b", "c"], stop: [], stopTokens: [1]).tokens == 2)
    }
}
