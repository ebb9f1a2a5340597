import QuireCore
import QuireJSON

/// How fast prompts and single tokens ran, apart.
public struct Speeds: Sendable {
    /// Tokens of prompts per second, over the steps in which any ran; `nil` where none did.
    public let prefillTokensPerSecond: Double?
    /// Generated tokens per second, over the steps in which no prompt ran; `nil` where there were none.
    public let decodeTokensPerSecond: Double?
    /// Seconds that such a step takes on average.
    public let decodeStepTime: Double?
    /// Shares of such a step's time: the model, sampling, and all the rest.
    public let modelShare: Double?
    public let samplingShare: Double?
    public let otherShare: Double?
    /// Seconds from a request's arrival to its first token, of each request.
    public let timesToFirstToken: [Double]

    /// Medians over runs of the same requests.
    init(_ runs: [StepTally.Totals], timesToFirstToken: [Double]) {
        func median(_ value: (StepTally.Totals) -> Double?) -> Double? {
            let values = runs.compactMap(value)
            return values.isEmpty ? nil : Percentiles(values)[50]
        }
        prefillTokensPerSecond = median { $0.promptTime > 0 ? Double($0.promptTokens) / $0.promptTime : nil }
        decodeTokensPerSecond = median { $0.decodeTime > 0 ? Double($0.decodedTokens) / $0.decodeTime : nil }
        decodeStepTime = median { $0.decodeSteps > 0 ? $0.decodeTime / Double($0.decodeSteps) : nil }
        modelShare = median { $0.decodeTime > 0 ? $0.modelTime / $0.decodeTime : nil }
        samplingShare = median { $0.decodeTime > 0 ? $0.samplingTime / $0.decodeTime : nil }
        otherShare = median {
            $0.decodeTime > 0 ? ($0.decodeTime - $0.modelTime - $0.samplingTime) / $0.decodeTime : nil
        }
        self.timesToFirstToken = timesToFirstToken
    }

    /// Times to the first token go by the names of `vllm bench serve`.
    package var members: [(String, JSONValue)] {
        func number(_ value: Double?) -> JSONValue { value.map(JSONValue.double) ?? .null }
        let firstTokens = Percentiles(timesToFirstToken)
        return [
            ("prefill_tokens_per_second", number(prefillTokensPerSecond)),
            ("decode_tokens_per_second", number(decodeTokensPerSecond)),
            ("mean_ttft_ms", .double(firstTokens.mean * 1_000)),
            ("median_ttft_ms", .double(firstTokens[50] * 1_000)),
            ("p99_ttft_ms", .double(firstTokens[99] * 1_000)),
            ("decode_step_ms", number(decodeStepTime.map { $0 * 1_000 })),
            ("model_time_share", number(modelShare)),
            ("sampling_time_share", number(samplingShare)),
            ("other_time_share", number(otherShare)),
        ]
    }
}
