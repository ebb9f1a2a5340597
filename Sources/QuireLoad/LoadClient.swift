import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Quire
import QuireJSON

/// Sends requests to an OpenAI-compatible server and measures its streams.
struct LoadClient: Sendable {
    let http: HTTPClient
    /// Such as `http://127.0.0.1:8000`.
    let baseURL: String
    let model: String
    let apiKey: String?
    /// More fields of every body.
    let fields: [(String, JSONValue)]

    /// The first model that the server lists.
    ///
    /// - Throws: `LoadError`.
    static func firstModel(_ http: HTTPClient, _ baseURL: String, _ apiKey: String?) async throws -> String {
        let client = LoadClient(http: http, baseURL: baseURL, model: "", apiKey: apiKey, fields: [])
        let answer = try await client.json(.GET, "/v1/models", nil)
        guard let model = answer["data"]?.arrayValue?.first?["id"]?.stringValue else {
            throw LoadError(address: baseURL + "/v1/models", problem: "lists no model")
        }
        return model
    }

    /// Ids that prompts can be made of: those of a text, by the server's own tokenizer.
    ///
    /// - Throws: `LoadError` where the server has no `/tokenize` as vLLM's.
    func someTokens() async throws -> [TokenID] {
        let body = JSONValue.members([
            ("model", .string(model)), ("prompt", .string(Self.sampleText)), ("add_special_tokens", .bool(false)),
        ])
        let answer = try await json(.POST, "/tokenize", body)
        let ids = answer["tokens"]?.arrayValue?.compactMap { $0.intValue.flatMap(TokenID.init(exactly:)) } ?? []
        guard ids.count > 8 else { throw LoadError(address: baseURL + "/tokenize", problem: "gives no tokens") }
        return ids
    }

    private static let sampleText = """
        In the harbour town they told the old story again that evening: how the ships came home through fog, one after \
        another, and nobody could say which of them carried the lamp. A child asked what became of it. The keeper \
        laughed, counted seven stars above the water, and went on with his work as if nothing had been said.
        """

    private func json(_ method: HTTPMethod, _ path: String, _ body: JSONValue?) async throws -> JSONValue {
        let response: HTTPClientResponse
        let bytes: ByteBuffer
        do {
            response = try await http.execute(request(method, path, body), timeout: .seconds(60))
            bytes = try await response.body.collect(upTo: 1 << 24)
        } catch {
            throw LoadError(address: baseURL + path, problem: "cannot be reached: \(error)")
        }
        guard response.status == .ok else {
            throw LoadError(
                address: baseURL + path,
                problem: "answers \(response.status.code): \(String(buffer: bytes).shortened(to: 300))")
        }
        do {
            return try JSONValue(parsing: bytes.readableBytesView)
        } catch {
            throw LoadError(address: baseURL + path, problem: "answers no JSON: \(error)")
        }
    }

    private func request(_ method: HTTPMethod, _ path: String, _ body: JSONValue?) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: baseURL + path)
        request.method = method
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body.text))
        }
        if let apiKey { request.headers.add(name: "Authorization", value: "Bearer \(apiKey)") }
        return request
    }

    /// Sends one request and reads its stream to the end.
    ///
    /// - Parameter begin: when the run began.
    func send(prompt: [TokenID], output: Int, begin: ContinuousClock.Instant) async -> LoadSample {
        let body = JSONValue.members(
            [
                ("model", .string(model)), ("prompt", .ids(prompt)), ("max_tokens", .int(output)),
                ("stream", .bool(true)), ("stream_options", .members([("include_usage", .bool(true))])),
            ] + fields)
        var sample = LoadSample()
        let start = ContinuousClock.now
        sample.start = (start - begin).seconds
        do {
            let response = try await http.execute(request(.POST, "/v1/completions", body), timeout: .hours(1))
            if response.status == .ok {
                try await read(response.body, since: start, into: &sample)
            } else {
                let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
                sample.failure = "status \(response.status.code): \(text.shortened(to: 300))"
            }
        } catch {
            sample.failure = "\(error)"
        }
        sample.end = (ContinuousClock.now - start).seconds
        return sample
    }

    private func read(
        _ body: HTTPClientResponse.Body, since start: ContinuousClock.Instant, into sample: inout LoadSample
    ) async throws {
        var events = EventLines()
        var isDone = false
        for try await part in body {
            let time = (ContinuousClock.now - start).seconds
            for data in events.add(part.readableBytesView) {
                if data == "[DONE]" {
                    isDone = true
                    continue
                }
                let chunk = try JSONValue(parsing: data.utf8)
                if let error = chunk["error"] { sample.failure = error["message"]?.stringValue ?? "an error" }
                if chunk["choices"]?.arrayValue?.isEmpty == false { sample.pieces.append(time) }
                if let usage = chunk["usage"], usage != .null {
                    sample.promptTokens = usage["prompt_tokens"]?.intValue ?? 0
                    sample.outputTokens = usage["completion_tokens"]?.intValue ?? 0
                }
            }
        }
        if !isDone { sample.failure = sample.failure ?? "the stream ended before its end" }
    }
}
