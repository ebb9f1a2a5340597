import QuireCore
import Testing

/// Spells token `i` as the `i`-th piece, and at the end what it kept back.
private struct Pieces: TextStream {
    let pieces: [String]
    var rest = ""
    mutating func append(_ token: TokenID) -> String { pieces[Int(token)] }
    mutating func finish() -> String { rest }
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
        _ pieces: [String], stop: [String], rest: String = "", keeps: Bool = false, stopTokens: [TokenID] = [],
        endTokens: Set<TokenID> = [49], ignoreEOS: Bool = false, minTokens: Int = 0
    ) throws -> Answer {
        let context = try Parts.context()
        let engine = Engine(
            model: CountingModel(context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxModelLength: 64), totalBlocks: 8, blockSize: 16, context: context)
        let params = SamplingParams(
            temperature: 0, maxTokens: pieces.count, minTokens: minTokens, stop: stop, stopTokenIDs: stopTokens,
            includeStopStringInOutput: keeps, ignoreEOS: ignoreEOS)
        try engine.add(
            Request(
                id: 1, prompt: [0], params: params, endTokens: endTokens,
                makeTextStream: { Pieces(pieces: pieces, rest: rest) }))
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

    @Test("a stop text that only the last held-back text completes counts, even at the last token")
    func atTheEnd() throws {
        let answer = try Self.run(["say ", "EN"], stop: ["END"], rest: "D and more")
        #expect(answer == Answer(text: "say ", tokens: 2, reason: .text("END"), streamed: "say "))
        let other = try Self.run(["say ", "EN"], stop: ["END"], rest: "TER")
        #expect(other == Answer(text: "say ENTER", tokens: 2, reason: nil, streamed: "say ENTER"))
    }

    @Test("a stop text that is all there is leaves an empty completion")
    func nothingLeft() throws {
        let answer = try Self.run(["EN", "D"], stop: ["END"])
        #expect(answer == Answer(text: "", tokens: 2, reason: .text("END"), streamed: ""))
    }

    @Test("any pieces and any stop texts give what a search of the whole text gives", arguments: 0..<300)
    func property(seed: Int) throws {
        var dice = Dice(seed)
        let alphabet = ["a", "b", "é", "日", "🙂"].prefix(dice.roll(1..<6))
        func word(_ dice: inout Dice, _ most: Int) -> String {
            (0..<dice.roll(1..<most)).map { _ in dice.pick(Array(alphabet)) }.joined()
        }
        let pieces = (0..<dice.roll(1..<16)).map { _ in word(&dice, 4) }
        let stops = (0..<dice.roll(1..<4)).map { _ in word(&dice, 6) }
        let keeps = dice.chance(50)
        let answer = try Self.run(pieces, stop: stops, keeps: keeps)
        let place = "\(pieces), \(stops), keeps \(keeps)"
        #expect(answer == Self.expected(pieces, stops, keeps), "\(place)")
    }

    /// Looks at every end in turn for the longest stop text there.
    private static func expected(_ pieces: [String], _ stops: [String], _ keeps: Bool) -> Answer {
        let whole = Array(pieces.joined().unicodeScalars)
        for end in 1...whole.count {
            let found = stops.filter { whole[..<end].reversed().starts(with: $0.unicodeScalars.reversed()) }
            guard let stop = found.max(by: { $0.utf8.count < $1.utf8.count }) else { continue }
            let text = whole[..<(keeps ? end : end - stop.unicodeScalars.count)].map(String.init).joined()
            var tokens = 0
            var length = 0
            while length < end {
                length += pieces[tokens].unicodeScalars.count
                tokens += 1
            }
            return Answer(text: text, tokens: tokens, reason: .text(stop), streamed: text)
        }
        return Answer(text: pieces.joined(), tokens: pieces.count, reason: nil, streamed: pieces.joined())
    }

    @Test("only what may still become a stop text is held back")
    func promptness() throws {
        let context = try Parts.context()
        let engine = Engine(
            model: CountingModel(context: context), parts: try Parts.make(),
            scheduler: SchedulerConfiguration(maxModelLength: 64), totalBlocks: 8, blockSize: 16, context: context)
        let pieces = ["x", "日", "a", "ab", "c", "ab"]
        let params = SamplingParams(temperature: 0, maxTokens: pieces.count, stop: ["日本", "aabb"])
        try engine.add(Request(id: 1, prompt: [0], params: params, makeTextStream: { Pieces(pieces: pieces) }))
        var texts: [String] = []
        while engine.hasUnfinishedRequests { texts += engine.step().flatMap(\.deltas).map(\.text) }
        #expect(texts == ["x", "", "日", "", "aabc", "ab"])
    }

    @Test("completions of one request each have a text of their own")
    func forks() throws {
        let context = try Parts.context()
        let model = HashingModel(blocks: 32, blockSize: 4, context: context)
        let engine = Engine(
            model: model, parts: try Parts.make(), scheduler: SchedulerConfiguration(maxModelLength: 64),
            totalBlocks: 32, blockSize: 4, context: context)
        let pieces = (0..<50).map { "<\($0)>" }
        let params = SamplingParams(n: 3, seed: 8, maxTokens: 6)
        try engine.add(Request(id: 1, prompt: [1], params: params, makeTextStream: { Pieces(pieces: pieces) }))
        var streamed = ["", "", ""]
        var output: RequestOutput?
        while engine.hasUnfinishedRequests {
            for update in engine.step() {
                for delta in update.deltas { streamed[delta.index] += delta.text }
                output = try update.result?.get() ?? output
            }
        }
        for completion in try #require(output?.outputs) {
            #expect(completion.text == completion.tokenIDs.map { "<\($0)>" }.joined())
            #expect(completion.text == streamed[completion.index])
        }
        #expect(Set(streamed).count == 3)
    }

    @Test("a stop token ends with its id as the reason, an end token with none, an ignored one not at all")
    func tokens() throws {
        let pieces = ["a", "b", "c"]
        let stopped = try Self.run(pieces, stop: [], stopTokens: [1])
        #expect(stopped.reason == .token(1) && stopped.tokens == 2)
        let ended = try Self.run(pieces, stop: [], endTokens: [1])
        #expect(ended.reason == nil && ended.tokens == 2)
        #expect(try Self.run(pieces, stop: [], endTokens: [1], ignoreEOS: true).tokens == 3)
        let both = try Self.run(pieces, stop: [], stopTokens: [1], endTokens: [1], ignoreEOS: true)
        #expect(both.reason == .token(1) && both.tokens == 2)
    }

    @Test("the text of a stop token is left out, or kept where that was asked for")
    func stopTokenText() throws {
        #expect(try Self.run(["a", "b", "c"], stop: [], stopTokens: [1]).text == "a")
        #expect(try Self.run(["a", "b", "c"], stop: [], keeps: true, stopTokens: [1]).text == "ab")
    }

    @Test("a stop text does not count before the completion is long enough")
    func minTokens() throws {
        let answer = try Self.run(["a", "x", "b", "x", "c"], stop: ["x"], minTokens: 2)
        #expect(answer.text == "axb" && answer.reason == .text("x"))
    }
}

@Suite("A thousand stop texts")
struct ManyStopTextsTests {
    /// What is handed out and where it stops, by looking for every text at every place.
    static func reference(_ pieces: [String], _ stops: [String]) -> (text: String, stop: String?) {
        var text: [UInt8] = []
        for byte in pieces.joined().utf8 {
            text.append(byte)
            let ended = stops.filter { text.suffix($0.utf8.count).elementsEqual($0.utf8) }
            if let stop = ended.max(by: { $0.utf8.count < $1.utf8.count }) {
                return (String(decoding: text.dropLast(stop.utf8.count), as: UTF8.self), stop)
            }
        }
        return (String(decoding: text, as: UTF8.self), nil)
    }

    @Test("they end a completion where looking for each of them at each place would", arguments: 0..<60)
    func thousand(seed: Int) throws {
        var dice = Dice(seed)
        let alphabet = ["a", "b", "ab", "ba", "c", "é", "日"]
        func word(_ length: Range<Int>) -> String {
            (0..<dice.roll(length)).map { _ in dice.pick(alphabet) }.joined()
        }
        let stops = (0..<dice.pick([1, 3, 40, 1_000])).map { _ in word(4..<12) }
        let pieces = (0..<45).map { _ in word(0..<4) }
        let answer = try StoppingTextTests.run(pieces, stop: stops)
        let expected = Self.reference(pieces, stops)
        #expect(answer.text == expected.text && answer.streamed == expected.text)
        #expect(answer.reason == expected.stop.map { .text($0) })
    }
}
