import Foundation
import Quire
import Testing

/// A trained model's greedy continuations, by an independent forward pass in double precision.
private struct Stories: Decodable {
    struct Case: Decodable {
        let prompt: String
        let promptTokenIDs: [TokenID]
        let promptLogprobs: [Double?]
        let greedy: [TokenID]
        let margins: [Double]
        let top: [[Double]]

        enum CodingKeys: String, CodingKey {
            case prompt
            case promptTokenIDs = "prompt_token_ids"
            case promptLogprobs = "prompt_logprobs"
            case greedy = "greedy_token_ids"
            case margins = "greedy_margins"
            case top = "last_position_top10_[id,logit,logprob]"
        }
    }
    let cases: [Case]
}

@Suite("A trained GGUF model says what a double-precision forward pass says")
struct StoriesTests {
    static let model = "stories260K/stories260Ktok512.gguf"

    @Test(
        "ids agree where the margin is clear, log-probabilities within 1e-4",
        .enabled(if: Repository.hasConformanceData(model), "skipped: no conformance data"), arguments: Backends.all)
    func agrees(backends: Backends) throws {
        let data = try Data(
            contentsOf: URL(fileURLWithPath: "\(Repository.conformanceData)/stories260K/greedy.json"))
        let stories = try JSONDecoder().decode(Stories.self, from: data)
        let llm = try backends.load("\(Repository.conformanceData)/\(Self.model)")
        let outputs = try llm.generate(
            stories.cases.map(\.prompt),
            SamplingParams(temperature: 0, maxTokens: 96, ignoreEOS: true, logprobs: 1, promptLogprobs: 0))
        for (expected, output) in zip(stories.cases, outputs) {
            #expect(output.promptTokenIDs == expected.promptTokenIDs)
            for (wanted, found) in zip(expected.promptLogprobs, output.promptLogprobs ?? []) {
                if let wanted { #expect(abs((found?.logprob ?? .nan) - wanted) < 1e-4) }
            }
            let completion = try #require(output.outputs.first)
            let first = try #require(completion.logprobs?.first)
            #expect(abs(first.logprob - expected.top[0][2]) < 1e-4)
            let agreed = zip(completion.tokenIDs, expected.greedy).prefix { $0 == $1 }.count
            #expect(completion.tokenIDs.count == expected.greedy.count)
            if agreed < expected.greedy.count { #expect(expected.margins[agreed] < 1e-3) }
        }
    }
}
