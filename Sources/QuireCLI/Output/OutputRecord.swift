import Quire
import QuireJSON

/// One line of `--format jsonl`.
struct OutputRecord {
    let index: Int
    let output: RequestOutput

    var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("index", .int(index)),
            ("prompt", output.prompt.map(JSONValue.string) ?? .null),
            ("prompt_token_ids", .ids(output.promptTokenIDs)),
        ]
        if let logprobs = output.promptLogprobs {
            members.append(("prompt_logprobs", .array(logprobs.map { $0.map(Self.json) ?? .null })))
        }
        members.append(("outputs", .array(output.outputs.map(Self.json))))
        members.append(("metrics", metrics))
        return .members(members)
    }

    private var metrics: JSONValue {
        .members([
            ("cached_tokens", .int(output.metrics.cachedTokens)),
            ("computed_tokens", .int(output.metrics.computedTokens)),
            ("preemptions", .int(output.metrics.preemptions)),
            ("ttft_ms", .double(Self.milliseconds(output.metrics.timeToFirstToken))),
            ("total_ms", .double(Self.milliseconds(output.metrics.totalTime))),
        ])
    }

    private static func json(_ completion: CompletionOutput) -> JSONValue {
        let stopReason: JSONValue =
            switch completion.stopReason {
            case .token(let token): .int(Int(token))
            case .text(let text): .string(text)
            case nil: .null
            }
        var members: [(String, JSONValue)] = [
            ("index", .int(completion.index)),
            ("text", completion.text.map(JSONValue.string) ?? .null),
            ("token_ids", .ids(completion.tokenIDs)),
            ("cumulative_logprob", completion.cumulativeLogprob.map(JSONValue.double) ?? .null),
            ("logprobs", completion.logprobs.map { .array($0.map(json)) } ?? .null),
            ("finish_reason", .string(completion.finishReason.rawValue)),
            ("stop_reason", stopReason),
        ]
        // Only searches have one.
        if let score = completion.score { members.append(("score", .double(score))) }
        return .members(members)
    }

    private static func json(_ logprob: TokenLogprob) -> JSONValue {
        .members([
            ("token_id", .int(Int(logprob.token))),
            ("logprob", .double(logprob.logprob)),
            ("rank", .int(logprob.rank)),
            ("top", .array(logprob.top.map { .array([.int(Int($0.token)), .double($0.logprob)]) })),
        ])
    }

    private static func milliseconds(_ seconds: Double) -> Double { (seconds * 1e6).rounded() / 1e3 }
}
