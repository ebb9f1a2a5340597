import AsyncHTTPClient
import Foundation
import Quire
import QuireJSON
import QuireServer
import Testing

@Suite("Operating the server")
struct OperationTests {
    private static let long = #"{"prompt": "Once", "max_tokens": 1500, "ignore_eos": true, "stream": true}"#

    @Test("with keys, only their owners are served, and others learn nothing but how to get in")
    func keys() async throws {
        var options = ServerOptions()
        options.apiKeys = ["alpha", "beta"]
        try await TestServer.run(options) { server in
            for path in ["/v1/models", "/metrics", "/version", "/pages"] {
                let answer = try await server.get(path)
                #expect(answer.status == 401 && answer.headers.first(name: "WWW-Authenticate") == "Bearer", "\(path)")
            }
            #expect(try await server.get("/v1/models", headers: [("Authorization", "Bearer gamma")]).status == 401)
            #expect(try await server.get("/v1/models", headers: [("Authorization", "Basic alpha")]).status == 401)
            for key in ["alpha", "beta"] {
                #expect(try await server.get("/v1/models", headers: [("Authorization", "Bearer \(key)")]).status == 200)
            }
            #expect(try await server.get("/health").status == 200)
        }
    }

    @Test(
        "a caller does not find another's prompts in the cache, unless sharing was opted for", arguments: [false, true])
    func cacheScope(isShared: Bool) async throws {
        var options = ServerOptions()
        options.apiKeys = ["alpha", "beta"]
        options.sharesPrefixCache = isShared
        try await TestServer.run(options) { server in
            let prompt = String(repeating: "All work and no play. ", count: 8)
            func cached(_ key: String) async throws -> Int {
                let answer = try await server.post(
                    "/v1/completions", #"{"prompt": "\#(prompt)", "max_tokens": 1}"#,
                    headers: [("Authorization", "Bearer \(key)")])
                return answer.json["usage"]?["prompt_tokens_details"]?["cached_tokens"]?.intValue ?? -1
            }
            #expect(try await cached("alpha") == 0)
            #expect(try await cached("alpha") > 0)
            let other = try await cached("beta")
            #expect((other > 0) == isShared)
        }
    }

    @Test("a request has an id: the caller's where it can stand in a log, else one of ours")
    func requestIDs() async throws {
        try await TestServer.run { server in
            let own = try await server.get("/v1/models", headers: [("X-Request-Id", "order-66_a.b")])
            #expect(own.headers.first(name: "X-Request-Id") == "order-66_a.b")
            let odd = try await server.get("/v1/models", headers: [("X-Request-Id", "a b\"c")])
            #expect(odd.headers.first(name: "X-Request-Id")?.count == 32)
        }
    }

    @Test("pages of other origins are let in by name")
    func origins() async throws {
        var options = ServerOptions()
        options.allowedOrigins = ["https://friend.example"]
        try await TestServer.run(options) { server in
            let name = "Access-Control-Allow-Origin"
            let friend = try await server.get("/v1/models", headers: [("Origin", "https://friend.example")])
            #expect(friend.headers.first(name: name) == "https://friend.example")
            let other = try await server.get("/v1/models", headers: [("Origin", "https://other.example")])
            #expect(other.headers.first(name: name) == nil)
            let preflight = try await server.send(
                .OPTIONS, "/v1/completions", nil,
                [("Origin", "https://friend.example"), ("Access-Control-Request-Method", "POST")])
            #expect(preflight.status == 204 && preflight.headers.first(name: name) != nil)
        }
    }

    @Test("a client that goes away frees its blocks, streamed or not")
    func disconnects() async throws {
        try await TestServer.run { server in
            for stream in ["true", "false"] {
                let client = HTTPClient(eventLoopGroupProvider: .singleton)
                let body = Self.long.replacing("\"stream\": true", with: "\"stream\": \(stream)")
                var request = HTTPClientRequest(url: server.url + "/v1/completions")
                request.method = .POST
                request.body = .bytes(.init(string: body))
                let asked = request
                let task = Task {
                    _ = try await client.execute(asked, timeout: .seconds(60)).body.collect(upTo: 1 << 26)
                }
                while server.llm.counters.running == 0 { try await Task.sleep(for: .milliseconds(1)) }
                task.cancel()
                _ = await task.result
                try await client.shutdown()
                try await server.waitForQuiet()
                let counters = server.llm.counters
                #expect(counters.running == 0 && counters.freeBlocks == counters.totalBlocks)
            }
        }
    }

    @Test("beyond the line requests are told to come back later, before a stream begins")
    func fullLine() async throws {
        var engine = EngineOptions()
        engine.maxSequences = 1
        engine.maxQueuedRequests = 1
        try await TestServer.run(engine: engine) { server in
            let answers = try await withThrowingTaskGroup(of: TestServer.Answer.self) { group in
                for _ in 0..<6 {
                    group.addTask {
                        try await server.post(
                            "/v1/completions", Self.long.replacing("1500", with: "200"))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let refused = answers.filter { $0.status == 429 }
            #expect(!refused.isEmpty && answers.contains { $0.status == 200 })
            for answer in refused {
                #expect(answer.headers.first(name: "Retry-After") == "1")
                #expect(answer.json["error"]?["code"] == .string("queue_full"))
            }
        }
    }

    @Test("a request that takes too long ends with an error that says so")
    func timeout() async throws {
        var options = ServerOptions()
        options.requestTimeout = 0.05
        try await TestServer.run(options) { server in
            let events = try await server.events("/v1/completions", Self.long)
            #expect(events.last == "[DONE]" && events.dropLast().last?.contains("--request-timeout") == true)
            let whole = try await server.post(
                "/v1/completions", Self.long.replacing(", \"stream\": true", with: ""))
            #expect(whole.status == 504 && whole.json["error"]?["code"] == .string("timeout"))
            try await server.waitForQuiet()
            #expect(server.llm.counters.running == 0)
        }
    }

    @Test("tokens and texts")
    func tokens() async throws {
        try await TestServer.run { server in
            let answer = try await server.post("/tokenize", #"{"prompt": "The sun", "return_token_strs": true}"#)
            let expected = try #require(server.llm.tokenizer).encode("The sun")
            #expect(answer.json["tokens"] == .ids(expected) && answer.json["count"] == .int(expected.count))
            #expect(answer.json["token_strs"]?.arrayValue?.count == expected.count)
            let ids = expected.dropFirst().map(String.init).joined(separator: ",")
            let text = try await server.post("/detokenize", #"{"tokens": [\#(ids)]}"#)
            #expect(text.json["prompt"] == .string("The sun"))
        }
    }

    @Test("those who look at the pages see them change, and the engine traces nothing without them")
    func pages() async throws {
        try await TestServer.run { server in
            let response = try await server.open(.GET, "/pages", nil)
            var text = ""
            var asked = false
            for try await part in response.body {
                text += String(buffer: part)
                if !asked, text.contains("event: frame") {
                    asked = true
                    _ = try await server.post("/v1/completions", Self.long.replacing("1500", with: "60"))
                }
                if asked, text.contains("\"finished\":["), text.contains("event: stats"),
                    text.contains("\"admitted\":[{")
                {
                    break
                }
            }
            #expect(text.hasPrefix("event: header\ndata: {\"quire_pages\":1,"))
            #expect(text.contains("\"cached\":["))
        }
    }
}
