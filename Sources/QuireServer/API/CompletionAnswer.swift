import Quire
import QuireJSON

/// What `/v1/completions` answers.
struct CompletionAnswer: Sendable {
    let head: AnswerHead
    let request: CompletionRequest
    let texts: TokenTexts

    private static let object = "text_completion"

    /// The whole answer.
    func json(_ outputs: [RequestOutput]) -> JSONValue {
        let choices = outputs.enumerated().flatMap { prompt, output in
            output.outputs.map { choice($0, of: output, index: prompt * request.params.n + $0.index) }
        }
        return head.json(object: Self.object, choices: choices, [("usage", usage(outputs).json)])
    }

    func usage(_ outputs: [RequestOutput]) -> Usage {
        var usage = Usage(outputs)
        if request.wantsNoTokens { usage.completionTokens = 0 }
        return usage
    }

    /// A whole choice.
    func choice(_ completion: CompletionOutput, of output: RequestOutput, index: Int) -> JSONValue {
        var text = request.wantsNoTokens ? "" : completion.text ?? ""
        var logprobs: [TokenLogprob?] = request.wantsNoTokens ? [] : completion.logprobs ?? []
        var ids = request.wantsNoTokens ? [] : completion.tokenIDs
        let own = ids
        if request.echoesPrompt {
            text = promptText(output) + text
            logprobs = (output.promptLogprobs ?? []) + logprobs
            ids = output.promptTokenIDs + ids
        }
        var offset = 0
        let tokens =
            request.params.logprobs == nil ? JSONValue.null : texts.completion(logprobs, ids: ids, offset: &offset)
        var more: [(String, JSONValue)] = []
        if let score = completion.score { more.append(("score", .double(score))) }
        if let logprobs = output.promptLogprobs, !request.echoesPrompt {
            more.append(("prompt_logprobs", texts.prompt(logprobs)))
        }
        if request.returnsTokenIDs {
            more.append(("prompt_token_ids", .ids(output.promptTokenIDs)))
            more.append(("token_ids", .ids(own)))
        }
        let finish =
            request.wantsNoTokens
            ? Finish(.length, nil) : Finish(completion.finishReason, completion.stopReason)
        return Self.choice(index, text, tokens, finish, more)
    }

    /// The text of a prompt, as it was given or as its tokens say.
    func promptText(_ output: RequestOutput) -> String {
        output.prompt ?? texts.tokenizer?.decode(output.promptTokenIDs) ?? ""
    }

    // MARK: Streams

    /// A part of a choice.
    func choice(_ piece: StreamedPiece, text: String, index: Int, offset: inout Int) -> JSONValue {
        let logprobs: JSONValue =
            piece.logprobs.isEmpty
            ? .null : texts.completion(piece.logprobs, ids: piece.tokenIDs, offset: &offset)
        return Self.choice(
            index, text, logprobs, piece.finish,
            request.returnsTokenIDs ? [("token_ids", .ids(piece.tokenIDs))] : [])
    }

    func chunk(_ choices: [JSONValue], usage: Usage? = nil) -> JSONValue {
        head.json(
            object: Self.object, choices: choices,
            request.stream.includesUsage ? [("usage", usage?.json ?? .null)] : [])
    }

    private static func choice(
        _ index: Int, _ text: String, _ logprobs: JSONValue, _ finish: Finish?, _ more: [(String, JSONValue)]
    ) -> JSONValue {
        .members(
            [
                ("index", .int(index)), ("text", .string(text)), ("logprobs", logprobs),
                ("finish_reason", finish?.reason ?? .null), ("stop_reason", finish?.stopReason ?? .null),
            ] + more)
    }
}
