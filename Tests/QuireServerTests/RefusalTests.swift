import Quire
import QuireJSON
import QuireServer
import Testing

/// A body that cannot be served, and what is said about it.
struct Refusal: Sendable, CustomTestStringConvertible {
    let path: String
    let body: String
    let status: Int
    let parameter: String?
    let words: String

    init(_ path: String, _ body: String, _ status: Int, _ parameter: String?, _ words: String) {
        self.path = path
        self.body = body
        self.status = status
        self.parameter = parameter
        self.words = words
    }

    var testDescription: String { "\(path) \(body.prefix(80))" }
}

@Suite("What cannot be served is refused with OpenAI's error object")
struct RefusalTests {
    private static let completions = "/v1/completions"
    private static let chat = "/v1/chat/completions"
    private static func prompt(_ more: String) -> String { #"{"prompt": "a", \#(more)}"# }
    private static func chat(_ more: String) -> String {
        #"{"messages": [{"role": "user", "content": "a"}], \#(more)}"#
    }

    static let refusals = [
        Refusal(completions, "{", 400, nil, "not valid JSON: at byte 1"),
        Refusal(completions, "[]", 400, nil, "expected an object"),
        Refusal(completions, "{}", 400, "prompt", "prompt is missing"),
        Refusal(completions, #"{"prompt": 5}"#, 400, "prompt", "prompt is 5; expected a string"),
        Refusal(completions, #"{"prompt": []}"#, 400, "prompt", "expected a string, a list of token ids"),
        Refusal(completions, #"{"prompt": [1, "a"]}"#, 400, "prompt[1]", "expected a token id"),
        Refusal(completions, #"{"prompt": [[1], 2]}"#, 400, "prompt[1]", "expected a string or a list"),
        Refusal(completions, #"{"prompt": [99999]}"#, 400, nil, "ids 0 to"),
        Refusal(completions, #"{"prompt": [-1]}"#, 400, nil, "ids 0 to"),
        Refusal(completions, prompt(#""max_tokens": 0"#), 400, "max_tokens", "at least 1 without echo"),
        Refusal(completions, prompt(#""max_tokens": 1.5"#), 400, "max_tokens", "expected a whole number"),
        Refusal(completions, prompt(#""temperature": -1"#), 400, "temperature", "at least 0"),
        Refusal(completions, prompt(#""temperature": "hot""#), 400, "temperature", "expected a number"),
        Refusal(completions, prompt(#""top_p": 0"#), 400, "top_p", "above 0"),
        Refusal(completions, prompt(#""n": 0"#), 400, "n", "1 to 1024"),
        Refusal(completions, prompt(#""n": 9223372036854775808"#), 400, nil, "fits in 64 bits"),
        Refusal(completions, prompt(#""logit_bias": {"x": 1}"#), 400, "logit_bias[\"x\"]", "from token ids"),
        Refusal(completions, prompt(#""logit_bias": {"1": 200}"#), 400, "logit_bias[\"1\"]", "-100 to 100"),
        Refusal(completions, prompt(#""stop": [1]"#), 400, "stop[0]", "expected a string"),
        Refusal(completions, prompt(#""stop": """#), 400, "stop", "not empty"),
        Refusal(completions, prompt(#""logprobs": -1"#), 400, "logprobs", "0 to"),
        Refusal(completions, prompt(#""suffix": "end""#), 400, "suffix", "filling in the middle"),
        Refusal(completions, prompt(#""best_of": 3"#), 400, "best_of", "use_beam_search"),
        Refusal(completions, prompt(#""beam_width": 3"#), 400, "beam_width", "without use_beam_search"),
        Refusal(completions, prompt(#""stream_options": {}"#), 400, "stream_options", "stream: true"),
        Refusal(
            completions, prompt(#""stream": true, "stream_options": {"x": 1}"#), 400, "x", "no such parameter"),
        Refusal(completions, prompt(#""frobnicate": 1"#), 400, "frobnicate", "no such parameter"),
        Refusal(completions, prompt(#""store": true"#), 400, "store", "not stored"),
        Refusal(completions, #"{"prompt": "a", "model": "gpt-9"}"#, 404, "model", "this server has quire-tiny"),
        Refusal(chat, "{}", 400, "messages", "messages is missing"),
        Refusal(chat, #"{"messages": []}"#, 400, "messages", "at least one message"),
        Refusal(chat, #"{"messages": [1]}"#, 400, "messages[0]", "expected an object"),
        Refusal(chat, #"{"messages": [{"content": "a"}]}"#, 400, "messages[0].role", "expected a string"),
        Refusal(chat, #"{"messages": [{"role": "user"}]}"#, 400, "messages[0].content", "list of parts"),
        Refusal(
            chat, #"{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}"#, 400,
            "messages[0].content[0]", "type \"text\""),
        Refusal(chat, chat(#""tools": [{"type": "function"}]"#), 400, "tools", "not supported yet"),
        Refusal(chat, chat(#""response_format": {"type": "json_object"}"#), 400, "response_format", "not supported"),
        Refusal(chat, chat(#""top_logprobs": 2"#), 400, "top_logprobs", "without logprobs"),
        Refusal(chat, chat(#""max_completion_tokens": 0"#), 400, "max_completion_tokens", "at least 1"),
        Refusal(
            chat, chat(#""continue_final_message": true, "add_generation_prompt": true"#), 400,
            "continue_final_message", "excludes"),
        Refusal("/tokenize", "{}", 400, "prompt", "prompt is missing"),
        Refusal("/detokenize", #"{"tokens": [99999]}"#, 400, "tokens", "ids from 0"),
        Refusal("/detokenize", #"{"tokens": ["a"]}"#, 400, "tokens[0]", "a token id"),
    ]

    @Test("a field is named with its value and what would be valid")
    func fields() async throws {
        try await TestServer.run { server in
            for refusal in Self.refusals {
                let answer = try await server.post(refusal.path, refusal.body)
                #expect(answer.status == refusal.status, "\(refusal.testDescription): \(answer.text)")
                #expect(answer.message.contains(refusal.words), "\(refusal.testDescription): \(answer.message)")
                let parameter = answer.json["error"]?["param"]
                #expect(
                    parameter == refusal.parameter.map(JSONValue.string) ?? .null,
                    "\(refusal.testDescription): \(answer.text)")
                #expect(answer.json["error"]?["type"] == .string("invalid_request_error"))
            }
        }
    }

    @Test("a prompt that the context cannot hold is refused before anything runs, streamed or not")
    func length() async throws {
        try await TestServer.run { server in
            let ids = Array(repeating: "5", count: server.llm.maxModelLength).joined(separator: ",")
            for stream in ["false", "true"] {
                let answer = try await server.post("/v1/completions", #"{"prompt": [\#(ids)], "stream": \#(stream)}"#)
                #expect(answer.status == 400)
                #expect(answer.json["error"]?["code"] == .string("context_length_exceeded"))
            }
        }
    }

    @Test("addresses, methods, types and sizes that there are not")
    func requests() async throws {
        var options = ServerOptions()
        options.maxBodySize = 1_000
        try await TestServer.run(options) { server in
            let unknown = try await server.get("/v1/nothing")
            #expect(unknown.status == 404 && unknown.message.contains("GET /v1/nothing"))
            #expect(try await server.get("/v1/completions").status == 404)
            let large = try await server.post(
                "/v1/completions", #"{"prompt": "\#(String(repeating: "a", count: 2_000))"}"#)
            #expect(large.status == 413 && large.message.contains("--max-body-size"))
            let form = try await server.post(
                "/v1/completions", "prompt=a", headers: [("Content-Type", "application/x-www-form-urlencoded")])
            #expect(form.status == 415 && form.message.contains("application/json"))
            let model = try await server.get("/v1/models/gpt%2F9")
            #expect(model.status == 404 && model.message.contains("gpt/9"))
        }
    }

    @Test("a template that refuses, loops or grows ends its request and no other")
    func templates() async throws {
        for (template, words) in [
            ("{{ raise_exception('no') }}", "no"),
            ("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", "steps"),
        ] {
            let folder = TemporaryDirectory()
            var options = ServerOptions()
            options.chatTemplate = try folder.write("template.jinja", template)
            try await TestServer.run(options) { server in
                async let other = server.post("/v1/completions", #"{"prompt": "The sun", "temperature": 0}"#)
                let answer = try await server.post(
                    "/v1/chat/completions", #"{"messages": [{"role": "user", "content": "a"}]}"#)
                #expect(answer.status == 400 && answer.message.contains(words), "\(answer.text)")
                #expect(answer.json["error"]?["code"] == .string("chat_template_error"))
                #expect(try await other.status == 200)
            }
        }
    }
}
