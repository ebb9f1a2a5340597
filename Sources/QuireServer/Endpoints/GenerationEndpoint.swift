import Hummingbird
import Quire
import QuireJSON

/// An endpoint whose answer the engine generates.
protocol GenerationEndpoint: Sendable {
    static var path: String { get }
    var model: ServedModel { get }

    /// Reads a body and begins to generate.
    ///
    /// - Parameter keyScope: whose cached prompts may be found.
    /// - Throws: `APIError` or another error that becomes one, for what can be known at once.
    func begin(_ body: inout BodyFields, requestID: String, keyScope: String?) throws -> BegunGeneration
}

/// A generation and the form of its answer.
struct BegunGeneration {
    let generation: Generation
    /// Where events are wanted.
    let stream: (any StreamedAnswer)?
    /// The whole answer.
    let json: @Sendable ([RequestOutput]) -> JSONValue
}

extension GenerationEndpoint {
    /// Answers over HTTP.
    func handle(_ request: Request, _ context: ServerContext) async throws -> Response {
        var body = try await BodyFields(of: request, limit: model.options.maxBodySize)
        let watch = await ConnectionWatch.of(context.channel)
        let begun = try begin(&body, requestID: context.requestID, keyScope: context.keyScope)
        if let watch {
            let handler = watch.whenGone { begun.generation.cancel() }
            begun.generation.whenEnded { watch.remove(handler) }
        }
        let answering = Answering(model: model, context: context)
        guard let stream = begun.stream else { return try await answering.whole(begun.generation, begun.json) }
        return try await answering.events(begun.generation, stream)
    }
}
