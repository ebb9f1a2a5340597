import Quire
import QuireJSON

/// `POST /v1/chat/completions`.
struct ChatEndpoint: GenerationEndpoint {
    static let path = "/v1/chat/completions"
    let model: ServedModel

    func begin(
        _ body: inout BodyFields, requestID: String, keyScope: String?
    ) throws -> BegunGeneration {
        let asked = try ChatRequest(&body)
        let answer = ChatAnswer(
            head: AnswerHead(prefix: "chatcmpl", requestID: requestID, model: try model.name(asked: asked.model)),
            request: asked, texts: model.texts)
        let tokens = try asked.chat.tokens(by: model.chatFormat)
        return BegunGeneration(
            generation: try model.generate([.tokens(tokens)], asked.params, keyScope: keyScope),
            stream: asked.stream.isOn ? ChatStream(answer: answer) : nil
        ) { outputs in outputs.first.map(answer.json) ?? .null }
    }
}

/// The events of `/v1/chat/completions`.
struct ChatStream: StreamedAnswer {
    private let answer: ChatAnswer
    private var begun: Set<Int> = []
    private var output: RequestOutput?

    init(answer: ChatAnswer) { self.answer = answer }

    mutating func events(_ news: Generation.News) -> [JSONValue] {
        let request = answer.request
        if case .success(let output) = news.update.result { self.output = output }
        return StreamedPiece.pieces(of: news.update, isSearch: request.params.beamWidth != nil).compactMap { piece in
            let isFirst = begun.insert(piece.index).inserted
            let saysSomething = isFirst || !piece.text.isEmpty || piece.finish != nil || !piece.logprobs.isEmpty
            guard saysSomething || request.returnsTokenIDs else { return nil }
            return answer.chunk([answer.choice(piece, isFirst: isFirst)])
        }
    }

    func closing() -> [JSONValue] {
        guard answer.request.stream.includesUsage, let output else { return [] }
        return [answer.chunk([], usage: Usage([output]))]
    }
}
