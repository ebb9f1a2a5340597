import Foundation
import Quire
import QuireJSON
import QuireServer
import Testing

@Suite("Batches")
struct BatchTests {
    private let folder = TemporaryDirectory()
    private var input: String { folder.path + "/in.jsonl" }
    private var output: String { folder.path + "/out.jsonl" }

    private static func line(_ id: String, _ body: String) -> String { line(id, "/v1/completions", body) }

    private static func line(_ id: String, _ url: String, _ body: String) -> String {
        #"{"custom_id": "\#(id)", "method": "POST", "url": "\#(url)", "body": \#(body)}"#
    }

    private func run() async throws -> BatchRun.Progress {
        let batch = try BatchRun(try await LLM(), names: ["quire-tiny"])
        return try await batch.run(input: input, output: output, limit: 64) { _ in }
    }

    private func answers(_ path: String? = nil) throws -> [String: JSONValue] {
        let text = try String(contentsOfFile: path ?? output, encoding: .utf8)
        return try Dictionary(
            uniqueKeysWithValues: text.split(separator: "\n").map { line in
                let value = try JSONValue(parsing: line.utf8)
                return (value["custom_id"]?.stringValue ?? "", value)
            })
    }

    @Test("every request is answered as a server would, those with errors included")
    func answering() async throws {
        _ = try folder.write(
            "in.jsonl",
            [
                Self.line("a", #"{"prompt": "The capital of France is", "temperature": 0, "max_tokens": 8}"#),
                "", Self.line("b", "/v1/chat/completions", #"{"messages": [{"role": "user", "content": "Hi"}]}"#),
                Self.line("c", #"{"prompt": "x", "temperature": -1}"#), Self.line("d", "/v1/nothing", "{}"),
                Self.line("e", #"{"prompt": "x", "stream": true}"#),
            ].joined(separator: "\n"))
        let progress = try await run()
        #expect(progress.total == 5 && progress.answered == 5 && progress.failed == 3)
        let answers = try answers()
        let completion = answers["a"]?["response"]?["body"]
        #expect(completion?["choices"]?.arrayValue?[0]["text"] == .string(" Paris."))
        #expect(answers["b"]?["response"]?["status_code"] == .int(200))
        #expect(answers["c"]?["response"]?["body"]?["error"]?["param"] == .string("temperature"))
        #expect(answers["d"]?["response"]?["status_code"] == .int(404))
        #expect(answers["e"]?["response"]?["body"]?["error"]?["param"] == .string("stream"))
        #expect(answers.values.allSatisfy { $0["error"] == .null && $0["id"]?.stringValue != nil })
        #expect(try BatchRun.isDone(input: input, output: output))
    }

    @Test("a run goes on after what is there, and leaves out the half line of a killed one")
    func resuming() async throws {
        let lines = (0..<6).map { Self.line("r\($0)", #"{"prompt": "Story \#($0)", "max_tokens": 3}"#) }
        _ = try folder.write("in.jsonl", lines.joined(separator: "\n"))
        let kept = #"{"custom_id":"r2","kept":true}"#
        _ = try folder.write("out.jsonl.partial", kept + "\n" + #"{"custom_id":"r4","resp"#)
        #expect(try await run().answeredNow == 5)
        let answers = try answers()
        #expect(answers.count == 6 && answers["r2"]?["kept"] == .bool(true))
        #expect(answers["r4"]?["response"]?["status_code"] == .int(200))
    }

    @Test("what belongs to other requests is left alone")
    func strangers() async throws {
        _ = try folder.write("in.jsonl", Self.line("a", #"{"prompt": "x"}"#))
        _ = try folder.write("out.jsonl", #"{"custom_id":"z"}"# + "\n")
        #expect { try BatchRun.isDone(input: input, output: output) } throws: { "\($0)".contains("is not the result") }
        _ = try folder.write("out.jsonl.partial", #"{"custom_id":"z"}"# + "\n")
        await #expect { try await run() } throws: { "\($0)".contains("answers 'z'") }
    }

    @Test(
        "a file that is no batch is refused with its line",
        arguments: [
            ("", "has no requests"), ("{", "line 1: is not valid JSON"), ("{}", "line 1: has 'custom_id' missing"),
            (#"{"custom_id": "a", "method": "GET", "url": "/", "body": {}}"#, "expected POST"),
            (#"{"custom_id": "a", "method": "POST", "url": "/"}"#, "no object 'body'"),
            (line("a", "{}") + "\n" + line("a", "{}"), "line 2: has the custom_id 'a' of line 1"),
        ])
    func mistakes(text: String, words: String) throws {
        _ = try folder.write("in.jsonl", text)
        #expect { try BatchRun.isDone(input: input, output: output) } throws: { "\($0)".contains(words) }
    }
}
