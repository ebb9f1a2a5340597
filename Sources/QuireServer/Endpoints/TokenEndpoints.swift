import Hummingbird
import Quire
import QuireJSON

/// `POST /tokenize` and `POST /detokenize`, as vLLM has them.
struct TokenEndpoints {
    let model: ServedModel

    @Sendable func tokenize(_ request: Request, _ context: ServerContext) async throws -> Response {
        var body = try await BodyFields(of: request, limit: model.options.maxBodySize)
        _ = try model.name(asked: try body.string("model"))
        let tokenizer = try model.tokenizer
        let ids: [TokenID]
        if let text = try body.string("prompt") {
            ids = tokenizer.encode(text, addSpecialTokens: try body.bool("add_special_tokens") ?? true)
        } else if body.value("messages") != nil {
            ids = try ChatMessages(&body).tokens(by: model.chatFormat)
        } else {
            throw APIError.missing("prompt", expected: "a text, or messages instead")
        }
        let wantsTexts = try body.bool("return_token_strs") ?? false
        try body.finish()
        return Response(
            json: .members([
                ("count", .int(ids.count)), ("max_model_len", .int(model.llm.maxModelLength)), ("tokens", .ids(ids)),
                (
                    "token_strs",
                    wantsTexts ? .array(ids.map { .string(tokenizer.piece(for: $0) ?? "") }) : .null
                ),
            ]))
    }

    @Sendable func detokenize(_ request: Request, _ context: ServerContext) async throws -> Response {
        var body = try await BodyFields(of: request, limit: model.options.maxBodySize)
        _ = try model.name(asked: try body.string("model"))
        let tokenizer = try model.tokenizer
        guard let ids = try body.ids("tokens") else {
            throw APIError.missing("tokens", expected: "a list of token ids")
        }
        try body.finish()
        if let wrong = ids.first(where: { $0 < 0 || Int($0) >= model.llm.vocabularySize }) {
            throw APIError.field(
                "tokens", .int(Int(wrong)), expected: "ids from 0 to \(model.llm.vocabularySize - 1)")
        }
        return Response(json: .members([("prompt", .string(tokenizer.decode(ids, skipSpecialTokens: false)))]))
    }
}
