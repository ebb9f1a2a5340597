import Quire
import QuireJSON
import Testing

@Suite("/v1/completions")
struct CompletionTests {
    static let path = "/v1/completions"

    @Test("the answer is what the engine gives for the same prompt, with its usage")
    func whole() async throws {
        try await TestServer.run { server in
            let prompt = "The capital of France is"
            let answer = try await server.post(
                Self.path, #"{"model": "quire-tiny", "prompt": "\#(prompt)", "temperature": 0, "max_tokens": 8}"#)
            let expected = try await server.llm.generate(
                [prompt], SamplingParams(temperature: 0, maxTokens: 8), showsProgress: false)[0]
            #expect(answer.status == 200 && answer.headers.first(name: "Content-Type") == "application/json")
            #expect(answer.text(0) == expected.outputs[0].text)
            let json = answer.json
            #expect(json["object"] == .string("text_completion") && json["model"] == .string("quire-tiny"))
            #expect(json["choices"]?.arrayValue?[0]["finish_reason"] == .string("stop"))
            #expect(json["usage"]?["prompt_tokens"] == .int(expected.promptTokenIDs.count))
            #expect(json["usage"]?["completion_tokens"] == .int(expected.outputs[0].tokenIDs.count))
            #expect(json["id"]?.stringValue == "cmpl-" + (answer.headers.first(name: "X-Request-Id") ?? ""))
        }
    }

    @Test("prompts may be texts, ids, or lists of either; choices are numbered through")
    func prompts() async throws {
        try await TestServer.run { server in
            let tokens = try #require(server.llm.tokenizer).encode("Once upon a time")
            let ids = tokens.map(String.init).joined(separator: ",")
            let rest = #""temperature": 0, "max_tokens": 6}"#
            let text = try await server.post(Self.path, #"{"prompt": "Once upon a time", "# + rest)
            #expect(text.status == 200)
            for prompt in ["[\(ids)]", "[[\(ids)]]", #"["Once upon a time"]"#] {
                let answer = try await server.post(Self.path, #"{"prompt": \#(prompt), "# + rest)
                #expect(answer.text(0) == text.text(0), "\(prompt)")
            }
            let several = try await server.post(
                Self.path, #"{"prompt": ["Once upon a time", "The sun"], "n": 2, "seed": 1, "max_tokens": 4}"#)
            let indices = several.json["choices"]?.arrayValue?.map { $0["index"] }
            #expect(indices == [.int(0), .int(1), .int(2), .int(3)])
            for (index, prompt) in ["Once upon a time", "The sun"].enumerated() {
                let alone = try await server.post(
                    Self.path, #"{"prompt": "\#(prompt)", "n": 2, "seed": 1, "max_tokens": 4}"#)
                #expect(several.text(2 * index) == alone.text(0) && several.text(2 * index + 1) == alone.text(1))
            }
        }
    }

    @Test("a stream says the same as the whole answer, choice by choice, and ends each once")
    func stream() async throws {
        try await TestServer.run { server in
            let body = #""prompt": ["Once upon a time", "The sun"], "n": 3, "seed": 5, "max_tokens": 24"#
            let whole = try await server.post(Self.path, "{\(body)}")
            let chunks = try await server.chunks(
                Self.path, #"{\#(body), "stream": true, "stream_options": {"include_usage": true}}"#)
            for index in 0..<6 {
                #expect(chunks.text(index) == whole.text(index))
                #expect(chunks.finish(index).count == 1)
            }
            #expect(chunks.last?["usage"] == whole.json["usage"] && chunks.last?["choices"] == .array([]))
        }
    }

    @Test("log-probabilities are those of the engine, in whole answers and in streams")
    func logprobs() async throws {
        try await TestServer.run { server in
            let body = #""prompt": "The capital of France is", "temperature": 0, "max_tokens": 4, "logprobs": 2"#
            let answer = try await server.post(Self.path, "{\(body)}")
            let output = try await server.llm.generate(
                ["The capital of France is"], SamplingParams(temperature: 0, maxTokens: 4, logprobs: 2),
                showsProgress: false)[0].outputs[0]
            let logprobs = answer.json["choices"]?.arrayValue?[0]["logprobs"]
            #expect(
                logprobs?["token_logprobs"]?.arrayValue?.compactMap(\.doubleValue) == output.logprobs?.map(\.logprob))
            #expect(logprobs?["tokens"]?.arrayValue?.count == output.tokenIDs.count)
            #expect(logprobs?["top_logprobs"]?.arrayValue?.first?.objectValue?.count == 2)
            let chunks = try await server.chunks(Self.path, "{\(body), \"stream\": true}")
            let parts = chunks.compactMap { $0["choices"]?.arrayValue?.first?["logprobs"] }.filter { $0 != .null }
            for name in ["tokens", "token_logprobs", "text_offset", "top_logprobs"] {
                let joined = parts.flatMap { $0[name]?.arrayValue ?? [] }
                #expect(.array(joined) == logprobs?[name], "\(name)")
            }
        }
    }

    @Test("an echo begins with the prompt, and may be all that is wanted")
    func echo() async throws {
        try await TestServer.run { server in
            let plain = try await server.post(
                Self.path, #"{"prompt": "The sun", "temperature": 0, "max_tokens": 4}"#)
            let body = #""prompt": "The sun", "temperature": 0, "max_tokens": 4, "echo": true"#
            let echo = try await server.post(Self.path, "{\(body)}")
            #expect(echo.text(0) == "The sun" + (plain.text(0) ?? "?"))
            let stream = try await server.chunks(Self.path, "{\(body), \"stream\": true}")
            #expect(stream.text() == echo.text(0))
            let only = try await server.post(
                Self.path, #"{"prompt": "The sun", "max_tokens": 0, "echo": true, "logprobs": 1}"#)
            #expect(only.text(0) == "The sun" && only.json["usage"]?["completion_tokens"] == .int(0))
            let logprobs = only.json["choices"]?.arrayValue?[0]["logprobs"]?["token_logprobs"]?.arrayValue
            #expect(logprobs?.first == .null && logprobs?.dropFirst().allSatisfy { $0.doubleValue != nil } == true)
        }
    }

    @Test("beam search gives its hypotheses, best first, streamed or not")
    func beams() async throws {
        try await TestServer.run { server in
            let body =
                #""prompt": "The capital of France is", "use_beam_search": true, "beam_width": 4, "n": 2, "max_tokens": 12"#
            let whole = try await server.post(Self.path, "{\(body)}")
            let expected = try await server.llm.generate(
                ["The capital of France is"], SamplingParams(n: 2, maxTokens: 12, beamWidth: 4), showsProgress: false)
            #expect([whole.text(0), whole.text(1)] == expected[0].outputs.map(\.text))
            #expect(whole.json["choices"]?.arrayValue?[0]["score"]?.doubleValue == expected[0].outputs[0].score)
            let chunks = try await server.chunks(Self.path, "{\(body), \"stream\": true}")
            #expect(chunks.text(0) == whole.text(0) && chunks.text(1) == whole.text(1))
        }
    }

    @Test("sixteen streams at once are each, byte for byte, what they are alone")
    func invariance() async throws {
        try await TestServer.run { server in
            func body(_ index: Int) -> String {
                let sampling = index % 2 == 0 ? #""temperature": 0"# : #""seed": \#(index)"#
                return #"{"prompt": "Story number \#(index % 5):", \#(sampling), "max_tokens": 40, "stream": true}"#
            }
            var alone: [String] = []
            for index in 0..<16 { alone.append(try await server.chunks(Self.path, body(index)).text()) }
            let together = try await withThrowingTaskGroup(of: (Int, String).self) { group in
                for index in 0..<16 {
                    group.addTask { (index, try await server.chunks(Self.path, body(index)).text()) }
                }
                return try await group.reduce(into: [Int: String]()) { $0[$1.0] = $1.1 }
            }
            for index in 0..<16 { #expect(together[index] == alone[index]) }
        }
    }
}
