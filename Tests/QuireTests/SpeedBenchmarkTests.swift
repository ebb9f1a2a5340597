import Foundation
import Quire
import Testing

@Suite("Measuring speed")
struct SpeedBenchmarkTests {
    @Test("percentiles are numpy's")
    func percentiles() {
        // numpy.percentile([4, 1, 10, 2, 3], [0, 10, 25, 50, 75, 90, 99, 100])
        let sample = Percentiles([4, 1, 10, 2, 3])
        for (percent, value): (Double, Double) in [
            (0, 1), (10, 1.4), (25, 2), (50, 3), (75, 4), (90, 7.6), (99, 9.76), (100, 10),
        ] {
            #expect(abs(sample[percent] - value) < 1e-12)
        }
        #expect(sample.mean == 4 && Percentiles([7])[99] == 7)
    }

    @Test("every prompt token and every token after the first is counted once, in the steps that ran it")
    func steps() throws {
        var options = EngineOptions(model: Repository.fixture("llama/gqa"))
        options.maxBatchedTokens = 8
        let model = try MeasuredModel(options)
        let prompts = (0..<3).map { model.randomPrompt(10, number: $0) }
        let params = SamplingParams(temperature: 0, maxTokens: 6, ignoreEOS: true)
        let first = try model.run(prompts, Array(repeating: params, count: 3))
        #expect(first.steps.promptTokens == 30)
        #expect(first.steps.decodedTokens > 0 && first.steps.decodedTokens <= 3 * 5)
        #expect(first.steps.decodeTime >= first.steps.modelTime + first.steps.samplingTime)
        #expect(first.steps.promptTime + first.steps.decodeTime <= first.time)
        // The same prompts again: all but their last blocks are found, and counts begin anew.
        let second = try model.run([prompts[0]], [params])
        #expect(second.steps.promptTokens <= 10 && second.steps.decodedTokens == 5)
    }

    @Test("random prompts repeat with the seed, and differ from each other")
    func prompts() throws {
        var options = EngineOptions(model: Repository.fixture("llama/gqa"))
        let model = try MeasuredModel(options)
        options.seed = 1
        let other = try MeasuredModel(options)
        let prompt = model.randomPrompt(40, number: 3)
        #expect(prompt == model.randomPrompt(40, number: 3) && prompt.allSatisfy { (0..<96).contains($0) })
        #expect(prompt != model.randomPrompt(40, number: 4) && prompt != other.randomPrompt(40, number: 3))
    }

    @Test("conversations are chosen by seed, and keep to the lengths of vLLM's benchmark", arguments: [nil, 17])
    func conversations(outputLength: Int?) throws {
        let folder = try ModelFolder()
        let entries = (1...12).map { number in
            let (prompt, answer) = ("question " + "about cats " * number, "Because " + "they sleep " * (13 - number))
            return #"{"conversations": [{"value": "\#(prompt)"}, {"value": "\#(answer)"}]}"#
        }
        let long =
            #"{"conversations": [{"value": "\#("many words " * 2_000)"}, {"value": "an answer of some length"}]}"#
        try folder.write("talk.json", Data("[\((entries + [long]).joined(separator: ","))]".utf8))
        let file = try ConversationFile(path: folder.path + "/talk.json")
        let model = try MeasuredModel(EngineOptions())
        let some = try file.requests(5, outputLength: outputLength, for: model)
        #expect(some == (try file.requests(5, outputLength: outputLength, for: model)))
        let all = try file.requests(12, outputLength: outputLength, for: model)
        #expect(all.prefix(5) == some[...] && Set(all.map(\.prompt)).count == 12)
        #expect(all.allSatisfy { (4...1_024).contains($0.prompt.count) && $0.outputLength >= 4 })
        #expect(Set(all.map(\.outputLength)).count == (outputLength == nil ? 12 : 1))
        #expect(throws: OptionError.self) { try file.requests(13, outputLength: outputLength, for: model) }
    }

    @Test(
        "a file of conversations that is none says where",
        arguments: [
            ("{}", "is not a list"), ("[{\"turns\": []}]", "entry 0 has no list"),
            ("[{\"conversations\": []}, {\"conversations\": [{\"value\": \"a\"}, {}]}]", "entry 1 has turns"),
        ])
    func badConversations(text: String, problem: String) throws {
        let folder = try ModelFolder()
        try folder.write("talk.json", Data(text.utf8))
        let error = #expect(throws: ConfigurationError.self) {
            try ConversationFile(path: folder.path + "/talk.json")
        }
        #expect("\(try #require(error))".contains(problem))
    }
}

private func * (text: String, count: Int) -> String { String(repeating: text, count: count) }
