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
