import Quire
import QuireJSON
import Testing

@Suite("/v1/chat/completions")
struct ChatTests {
    static let path = "/v1/chat/completions"
    static let question = #""messages": [{"role": "user", "content": "What is the capital of France?"}]"#

    @Test("the answer is what the engine gives for the conversation by the model's template")
    func whole() async throws {
        try await TestServer.run { server in
            let answer = try await server.post(Self.path, "{\(Self.question), \"temperature\": 0, \"max_tokens\": 12}")
            let format = try server.llm.chatFormat()
            let tokens = try format.tokens([.user("What is the capital of France?")])
            let expected = try await server.llm.generate(
                [.tokens(tokens)], SamplingParams(temperature: 0, maxTokens: 12), showsProgress: false)
            #expect(answer.status == 200 && answer.text(0) == expected[0].outputs[0].text)
            #expect(answer.json["object"] == .string("chat.completion"))
            let message = answer.json["choices"]?.arrayValue?[0]["message"]
            #expect(message?["role"] == .string("assistant") && message?["refusal"] == .null)
            #expect(answer.json["usage"]?["prompt_tokens"] == .int(tokens.count))
        }
    }

    @Test("a stream opens each choice with its role and says the same as the whole answer")
    func stream() async throws {
        try await TestServer.run { server in
            let body = "\(Self.question), \"n\": 2, \"seed\": 3, \"max_completion_tokens\": 20"
            let whole = try await server.post(Self.path, "{\(body)}")
            let chunks = try await server.chunks(Self.path, "{\(body), \"stream\": true}")
            for index in 0..<2 {
                let own = chunks.compactMap { $0["choices"]?.arrayValue?.first }.filter { $0["index"] == .int(index) }
                #expect(own.first?["delta"]?["role"] == .string("assistant"))
                #expect(own.dropFirst().allSatisfy { $0["delta"]?["role"] == nil })
                #expect(chunks.text(index) == whole.text(index) && chunks.finish(index).count == 1)
            }
        }
    }

    @Test("log-probabilities come per token with their bytes and as many of the likeliest as asked for")
    func logprobs() async throws {
        try await TestServer.run { server in
            let body =
                "\(Self.question), \"temperature\": 0, \"max_tokens\": 5, \"logprobs\": true, \"top_logprobs\": 3"
            let whole = try await server.post(Self.path, "{\(body)}")
            let content = whole.json["choices"]?.arrayValue?[0]["logprobs"]?["content"]
            let tokens = try #require(content?.arrayValue)
            #expect(tokens.allSatisfy { $0["top_logprobs"]?.arrayValue?.count == 3 && $0["bytes"] != nil })
            #expect(tokens.allSatisfy { $0["token"] == $0["top_logprobs"]?.arrayValue?[0]["token"] })
            let chunks = try await server.chunks(Self.path, "{\(body), \"stream\": true}")
            let streamed = chunks.flatMap { $0["choices"]?.arrayValue ?? [] }
                .flatMap { $0["logprobs"]?["content"]?.arrayValue ?? [] }
            #expect(streamed == tokens)
        }
    }

    @Test("contents may be parts of text, and the last message may be the beginning of the answer")
    func contents() async throws {
        try await TestServer.run { server in
            func ask(_ messages: String, _ more: String = "") async throws -> String? {
                let body = #"{"messages": \#(messages), "temperature": 0, "max_tokens": 8\#(more)}"#
                return try await server.post(Self.path, body).text(0)
            }
            let plain = try await ask(#"[{"role": "user", "content": "a\nb"}]"#)
            let parts = try await ask(
                #"[{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}]"#)
            #expect(plain != nil && plain == parts)
            let begun = #"[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "The capital of"}]"#
            let continued = try await server.post(
                "/tokenize", #"{"messages": \#(begun), "continue_final_message": true}"#)
            let ids = continued.json["tokens"]?.arrayValue?.compactMap { $0.intValue.map(TokenID.init) } ?? []
            let text = try #require(server.llm.tokenizer).decode(ids)
            #expect(text.hasSuffix("The capital of"))
            #expect(try await ask(begun, #", "continue_final_message": true"#) != nil)
        }
    }
}
