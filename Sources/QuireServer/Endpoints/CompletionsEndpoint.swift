import Hummingbird
import Quire
import QuireJSON

/// `POST /v1/completions`.
struct CompletionsEndpoint: GenerationEndpoint {
    static let path = "/v1/completions"
    let model: ServedModel

    func begin(
        _ body: inout BodyFields, requestID: String, keyScope: String?
    ) throws -> BegunGeneration {
        let asked = try CompletionRequest(&body)
        let answer = CompletionAnswer(
            head: AnswerHead(prefix: "cmpl", requestID: requestID, model: try model.name(asked: asked.model)),
            request: asked, texts: model.texts)
        return BegunGeneration(
            generation: try model.generate(asked.prompts, asked.params, keyScope: keyScope),
            stream: asked.stream.isOn ? CompletionStream(answer: answer) : nil
        ) { answer.json($0.withPrompts(asked.prompts)) }
    }
}

extension [RequestOutput] {
    /// The outputs with the texts that were asked with.
    func withPrompts(_ prompts: [Prompt]) -> [RequestOutput] {
        zip(self, prompts).map { output, prompt in
            guard case .text(let text) = prompt else { return output }
            var output = output
            output.prompt = text
            return output
        }
    }
}
