import Quire
import QuireJSON

/// What `/v1/chat/completions` answers.
struct ChatAnswer: Sendable {
    let head: AnswerHead
    let request: ChatRequest
    let texts: TokenTexts

    /// The whole answer.
    func json(_ output: RequestOutput) -> JSONValue {
        let choices = output.outputs.map(choice)
        var more = [("usage", Usage([output]).json)]
        if let logprobs = output.promptLogprobs { more.append(("prompt_logprobs", texts.prompt(logprobs))) }
        if request.returnsTokenIDs { more.append(("prompt_token_ids", .ids(output.promptTokenIDs))) }
        return head.json(object: "chat.completion", choices: choices, more)
    }

    private func choice(_ completion: CompletionOutput) -> JSONValue {
        var more: [(String, JSONValue)] = []
        if let score = completion.score { more.append(("score", .double(score))) }
        if request.returnsTokenIDs { more.append(("token_ids", .ids(completion.tokenIDs))) }
        let finish = Finish(completion.finishReason, completion.stopReason)
        let message: [(String, JSONValue)] = [
            ("role", .string("assistant")), ("content", .string(completion.text ?? "")), ("refusal", .null),
        ]
        return .members(
            [
                ("index", .int(completion.index)), ("message", .members(message)),
                ("logprobs", completion.logprobs.map(texts.chat) ?? .null), ("finish_reason", finish.reason),
                ("stop_reason", finish.stopReason),
            ] + more)
    }

    // MARK: Streams

    /// A part of a choice.
    ///
    /// - Parameter isFirst: the first part says who speaks.
    func choice(_ piece: StreamedPiece, isFirst: Bool) -> JSONValue {
        var delta: [(String, JSONValue)] = isFirst ? [("role", .string("assistant"))] : []
        if isFirst || !piece.text.isEmpty { delta.append(("content", .string(piece.text))) }
        var members: [(String, JSONValue)] = [
            ("index", .int(piece.index)), ("delta", .members(delta)),
            ("logprobs", piece.logprobs.isEmpty ? .null : texts.chat(piece.logprobs)),
            ("finish_reason", piece.finish?.reason ?? .null),
        ]
        if let finish = piece.finish { members.append(("stop_reason", finish.stopReason)) }
        if let score = piece.score { members.append(("score", .double(score))) }
        if request.returnsTokenIDs { members.append(("token_ids", .ids(piece.tokenIDs))) }
        return .members(members)
    }

    func chunk(_ choices: [JSONValue], usage: Usage? = nil) -> JSONValue {
        head.json(
            object: "chat.completion.chunk", choices: choices,
            request.stream.includesUsage ? [("usage", usage?.json ?? .null)] : [])
    }
}
