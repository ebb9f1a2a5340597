import Foundation
#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif
import Testing

@Suite("quire serve")
struct ServeTests {
    private struct Serving {
        let process: QuireProcess.Running
        let url: String

        init(_ arguments: [String] = [], environment: [String: String] = [:]) throws {
            process = try QuireProcess.start(["serve", "--port", "0"] + arguments, environment: environment)
            var address: String?
            for _ in 0..<1_000 where address == nil && process.isRunning {
                address = process.errorsSoFar.firstMatch(of: /serving .* at (\S+)/).map { String($0.1) }
                Thread.sleep(forTimeInterval: 0.01)
            }
            url = address ?? ""
        }

        func get(_ path: String, _ headers: [String: String] = [:]) async throws -> (status: Int, text: String) {
            var request = URLRequest(url: try #require(URL(string: url + path)))
            for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
            let (data, response) = try await URLSession.shared.data(for: request)
            return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
        }
    }

    @Test("it serves until SIGTERM, lets streams end within the time, and exits with 0")
    func drains() async throws {
        let server = try Serving(["--shutdown-timeout", "1"])
        #expect(try await server.get("/v1/models").text.contains("quire-tiny"))
        var request = URLRequest(url: try #require(URL(string: server.url + "/v1/completions")))
        request.httpMethod = "POST"
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = Data(
            #"{"prompt": "Once", "max_tokens": 2000, "ignore_eos": true, "stream": true, "n": 24}"#.utf8)
        let asked = request
        async let answer = URLSession.shared.data(for: asked)
        for _ in 0..<1_000 {
            if try await server.get("/metrics").text.contains(/num_requests_running\{[^}]*\} 1/) { break }
            try await Task.sleep(for: .milliseconds(5))
        }
        server.process.terminate()
        let events = String(decoding: try await answer.0, as: UTF8.self).components(separatedBy: "\n\n")
            .filter { !$0.isEmpty }
        #expect(events.last == "data: [DONE]")
        let outcome = server.process.wait()
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test("options come from the environment and a file as well, together with the engine's")
    func sources() async throws {
        let directory = TemporaryDirectory()
        let file = try directory.write(
            "serve.yaml", "max_num_seqs: 3\nserved_model_name: [small, smaller]\nport: 1\n")
        let server = try Serving(["--config", file], environment: ["QUIRE_API_KEY": "secret"])
        #expect(try await server.get("/v1/models").status == 401)
        let models = try await server.get("/v1/models", ["Authorization": "Bearer secret"])
        #expect(models.text.contains("\"small\"") && models.text.contains("\"smaller\""))
        server.process.terminate()
        #expect(server.process.wait().status == 0)
    }

    @Test("bench serve measures a server and writes what it found, and says where there is none")
    func load() throws {
        let server = try Serving()
        let directory = TemporaryDirectory()
        let (json, svg) = (directory.path + "/result.json", directory.path + "/latencies.svg")
        let outcome = try QuireProcess.run(
            [
                "bench", "serve", "--base-url", server.url, "--num-prompts", "6", "--request-rate", "100",
                "--random-input-len", "9", "--random-output-len", "7", "--goodput", "e2el:60000",
                "--output-json", json, "--svg", svg,
            ])
        #expect(outcome.status == 0 && outcome.output.contains("time to first token"), "\(outcome.errors)")
        let data = try Data(contentsOf: URL(fileURLWithPath: json))
        let result = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(result["completed"] as? Int == 6 && result["failed"] as? Int == 0)
        #expect(result["total_input_tokens"] as? Int == 54 && result["total_output_tokens"] as? Int == 42)
        #expect(result["request_goodput"] as? Double == result["request_throughput"] as? Double)
        #expect(try String(contentsOfFile: svg, encoding: .utf8).hasSuffix("</svg>\n"))
        server.process.terminate()
        #expect(server.process.wait().status == 0)
        let nobody = try QuireProcess.run(["bench", "serve", "--base-url", "http://127.0.0.1:1"])
        #expect(nobody.status == 69 && nobody.errors.contains("cannot be reached"))
    }

    @Test(
        "what cannot be served is said at once",
        arguments: [
            (["--port", "70000"], 64, "0 to 65535"), (["--ssl-certfile", "/no"], 64, "together"),
            (["--ssl-certfile", "/no", "--ssl-keyfile", "/no"], 64, "a PEM file"),
            (["--chat-template", "/no"], 64, "chat_template"), (["--host", "256.1.1.1"], 69, "cannot serve at"),
            (["--uds", "/no/such/folder/socket"], 69, "cannot serve at"),
        ])
    func mistakes(arguments: [String], status: Int32, words: String) throws {
        let outcome = try QuireProcess.run(["serve"] + arguments)
        #expect(outcome.status == status && outcome.errors.contains(words), "\(outcome.errors)")
    }
}
