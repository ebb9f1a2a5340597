import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import Quire
import QuireJSON
import QuireServer

/// A server on a free port of this machine, over the embedded model, for as long as a test runs.
struct TestServer {
    let llm: LLM
    let url: String
    let client: HTTPClient

    static func run<Value>(
        _ options: ServerOptions = ServerOptions(), engine: EngineOptions = EngineOptions(),
        registry: PluginRegistry? = nil,
        _ body: (TestServer) async throws -> Value
    ) async throws -> Value {
        var options = options
        options.port = 0
        let metrics = ServerMetrics()
        let llm = try LLM(engine, registry: registry, onTiming: metrics.stepEnded)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let server = try Server(llm, name: "quire-tiny", options: options, metrics: metrics, logger: logger)
        let (addresses, continuation) = AsyncStream<String>.makeStream()
        let running = Task {
            defer { continuation.finish() }
            try await server.run(handlesSignals: false) { continuation.yield($0) }
        }
        guard let url = await addresses.first(where: { _ in true }) else {
            try await running.value
            throw CancellationError()
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(TestServer(llm: llm, url: url, client: client)))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        running.cancel()
        _ = await running.result
        return try result.get()
    }

    // MARK: - Asking

    struct Answer {
        let status: Int
        let headers: HTTPHeaders
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
        /// The message of an error.
        var message: String { json["error"]?["message"]?.stringValue ?? "" }
        /// The text of a choice.
        func text(_ choice: Int) -> String? {
            guard let choices = json["choices"]?.arrayValue, choices.indices.contains(choice) else { return nil }
            return choices[choice]["text"]?.stringValue ?? choices[choice]["message"]?["content"]?.stringValue
        }
    }

    func get(_ path: String, headers: [(String, String)] = []) async throws -> Answer {
        try await send(.GET, path, nil, headers)
    }

    func post(_ path: String, _ body: String, headers: [(String, String)] = []) async throws -> Answer {
        try await send(.POST, path, body, headers)
    }

    func send(
        _ method: HTTPMethod, _ path: String, _ body: String?, _ headers: [(String, String)] = []
    ) async throws -> Answer {
        let response = try await open(method, path, body, headers)
        let buffer = try await response.body.collect(upTo: 1 << 26)
        return Answer(
            status: Int(response.status.code), headers: response.headers, body: Array(buffer.readableBytesView))
    }

    /// An answer whose body is still to be read.
    func open(
        _ method: HTTPMethod, _ path: String, _ body: String?, _ headers: [(String, String)] = []
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: url + path)
        request.method = method
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body))
        }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        return try await client.execute(request, timeout: .seconds(60))
    }

    /// The data of all events of a stream.
    func events(_ path: String, _ body: String) async throws -> [String] {
        let answer = try await post(path, body)
        return answer.text.components(separatedBy: "\n\n").filter { $0.hasPrefix("data: ") }.map {
            String($0.dropFirst(6))
        }
    }

    /// The chunks of a stream, which must end with `[DONE]`.
    func chunks(_ path: String, _ body: String) async throws -> [JSONValue] {
        let events = try await events(path, body)
        guard events.last == "[DONE]" else { throw UnfinishedStream(events: events) }
        return try events.dropLast().map { try JSONValue(parsing: $0.utf8) }
    }

    struct UnfinishedStream: Error {
        let events: [String]
    }

    /// Waits until nothing runs.
    func waitForQuiet() async throws {
        for _ in 0..<500 {
            let counters = llm.counters
            if counters.running == 0, counters.waiting == 0, counters.freeBlocks == counters.totalBlocks { return }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}

extension [JSONValue] {
    /// The text of one choice over all chunks.
    func text(_ choice: Int = 0) -> String {
        map { chunk in
            (chunk["choices"]?.arrayValue ?? []).filter { $0["index"] == .int(choice) }
                .map { $0["text"]?.stringValue ?? $0["delta"]?["content"]?.stringValue ?? "" }.joined()
        }.joined()
    }

    /// The reason that one choice ended for.
    func finish(_ choice: Int = 0) -> [String] {
        flatMap { $0["choices"]?.arrayValue ?? [] }.filter { $0["index"] == .int(choice) }
            .compactMap { $0["finish_reason"]?.stringValue }
    }
}
