import Hummingbird
import Quire
import QuireJSON

/// How a generation becomes an answer: at once, or as events.
protocol StreamedAnswer: Sendable {
    /// Events for what one prompt brought.
    mutating func events(_ news: Generation.News) -> [JSONValue]
    /// Events at the end, before the one that says so.
    func closing() -> [JSONValue]
}

/// Sees a generation through, for as long as its client is there.
struct Answering: Sendable {
    let model: ServedModel
    let context: ServerContext

    /// The whole answer.
    func whole(_ generation: Generation, _ json: ([RequestOutput]) -> JSONValue) async throws -> Response {
        try await attending(generation) {
            try await generation.waitForAcceptance()
            return Response(json: json(try await generation.outputs()))
        }
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
            try await attending(generation) {
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
                    context.logger.warning("a stream ended early: \(problem.message)")
                    writer.add(problem.json)
                }
                writer.addDone()
                try await send()
            }
        }
    }

    private func attending<Value>(
        _ generation: Generation, _ body: () async throws -> Value
    ) async throws -> Value {
        model.running.insert(generation)
        // Between the check and the entry the server may have closed.
        if model.running.isClosed { generation.interrupt(.shuttingDown) }
        let deadline = model.options.requestTimeout.map { limit in
            Task {
                try await Task.sleep(for: .seconds(limit))
                generation.interrupt(.timedOut)
            }
        }
        defer {
            deadline?.cancel()
            model.running.remove(generation)
        }
        guard let watch = await ConnectionWatch.of(context.channel) else { return try await body() }
        return try await watch.whileConnected(onGone: { generation.cancel() }, body)
    }
}
