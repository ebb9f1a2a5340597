import Foundation
import Quire
import QuireJSON

/// Answers the requests of a file, many at once, without a server.
public struct BatchRun: Sendable {
    /// How far a run is.
    public struct Progress: Sendable {
        public let total: Int
        public var answered: Int
        /// Answers of this run, those that are errors, and tokens that were generated for them.
        public var answeredNow = 0
        public var failed = 0
        public var generatedTokens = 0
        /// Seconds since the run began.
        public var seconds = 0.0
    }

    private let model: ServedModel
    private let endpoints: [String: any GenerationEndpoint]

    /// Requests under way at once: enough to keep the engine full while answers are written.
    private static let width = 512

    /// - Parameter name: what requests call the model by.
    public init(_ llm: LLM, names: [String], chatTemplate: String? = nil) throws {
        var options = ServerOptions()
        options.chatTemplate = chatTemplate
        model = try ServedModel(llm, names: names, metrics: ServerMetrics(), options: options)
        let all: [any GenerationEndpoint] = [CompletionsEndpoint(model: model), ChatEndpoint(model: model)]
        endpoints = Dictionary(uniqueKeysWithValues: all.map { (type(of: $0).path, $0) })
    }

    /// Checks the files before a model is loaded.
    ///
    /// - Returns: whether there is nothing left to do.
    /// - Throws: a `UserError` that names the file, the line and what is wrong.
    public static func isDone(input: String, output: String) throws -> Bool {
        let ids = Set(try BatchInput(path: input).lines.map(\.customID))
        return try BatchOutput.isComplete(output, ids: ids)
    }

    /// Answers what is not answered yet.
    ///
    /// - Parameters:
    ///   - input: a file of requests.
    ///   - output: the file for the answers, in the order in which they come.
    ///   - limit: requests that may wait in the engine.
    /// - Throws: a `UserError` for files that cannot be used. A request that fails is an answer.
    public func run(
        input: String, output: String, limit: Int, onProgress: (Progress) -> Void
    ) async throws -> Progress {
        let lines = try BatchInput(path: input).lines
        let file = try BatchOutput(path: output, ids: Set(lines.map(\.customID)))
        let begin = ContinuousClock.now
        var progress = Progress(total: lines.count, answered: file.answered.count)
        onProgress(progress)
        var waiting = lines.filter { !file.answered.contains($0.customID) }.makeIterator()
        try await withThrowingTaskGroup(of: (BatchInput.Line, Reply).self) { group in
            func addNext() {
                guard let line = waiting.next() else { return }
                group.addTask { (line, await reply(to: line)) }
            }
            for _ in 0..<min(Self.width, limit) { addNext() }
            while let (line, reply) = try await group.next() {
                try file.add(line.customID, reply.json(line.customID))
                progress.answered += 1
                progress.answeredNow += 1
                if reply.status != 200 { progress.failed += 1 }
                progress.generatedTokens += reply.body["usage"]?["completion_tokens"]?.intValue ?? 0
                progress.seconds = (ContinuousClock.now - begin).seconds
                onProgress(progress)
                addNext()
            }
        }
        try file.finish()
        return progress
    }

    /// What a server would answer.
    private struct Reply {
        let requestID: String
        let status: Int
        let body: JSONValue

        func json(_ customID: String) -> JSONValue {
            .members([
                ("id", .string("batch_req_\(requestID)")), ("custom_id", .string(customID)),
                (
                    "response",
                    .members([
                        ("status_code", .int(status)), ("request_id", .string(requestID)), ("body", body),
                    ])
                ), ("error", .null),
            ])
        }
    }

    private func reply(to line: BatchInput.Line) async -> Reply {
        let id = UUID().uuidString.lowercased().replacing("-", with: "")
        do {
            guard let endpoint = endpoints[line.url] else {
                throw APIError(
                    status: .notFound,
                    message: "there is no '\(line.url)'; expected \(endpoints.keys.sorted().joined(separator: " or "))",
                    code: "unknown_url")
            }
            var body = BodyFields(line.body)
            let begun = try endpoint.begin(&body, requestID: id, keyScope: nil)
            guard begun.stream == nil else {
                begun.generation.cancel()
                throw APIError.unsupported("stream", "a batch has no streams")
            }
            return Reply(requestID: id, status: 200, body: begun.json(try await begun.generation.outputs()))
        } catch {
            let error = APIError(error)
            return Reply(requestID: id, status: Int(error.status.code), body: error.json)
        }
    }
}
