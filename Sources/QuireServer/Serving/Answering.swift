import Hummingbird
import Quire
import QuireJSON

/// Writes what a generation brings.
struct Answering: Sendable {
    let model: ServedModel
    let context: ServerContext

    /// The whole answer.
    func whole(_ generation: Generation, _ json: ([RequestOutput]) -> JSONValue) async throws -> Response {
        try await generation.waitForAcceptance()
        return Response(json: json(try await generation.outputs()))
    }

    /// The answer as events. What is refused at once is an error, what fails later the last event.
    func events(_ generation: Generation, _ answer: any StreamedAnswer) async throws -> Response {
        try await generation.waitForAcceptance()
        return .events { [self] writer in
            var answer = answer
            let stall = StallWatch(context.channel, limit: model.options.writeTimeout)
            // What cannot be written need not be generated.
            func send() async throws {
                do {
                    try await stall.watching { try await writer.flush() }
                } catch {
                    generation.cancel()
                    throw error
                }
            }
            do {
                while let news = try await generation.next() {
                    for entry in news {
                        for event in answer.events(entry) { writer.add(event) }
                    }
                    try await send()
                }
                for event in answer.closing() { writer.add(event) }
            } catch let problem where !context.channel.isActive {
                throw problem
            } catch {
                let problem = APIError(error)
                context.logger.warning("a stream ended early: \(problem.logged)")
                writer.add(problem.json)
            }
            writer.addDone()
            try await send()
        }
    }
}
