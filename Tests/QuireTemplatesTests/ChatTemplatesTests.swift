import QuireTemplates
import Testing

@Suite("Which template a model's conversation is rendered with")
struct ChatTemplatesTests {
    @Test("one text is the default, whether there are tools or not")
    func single() throws {
        let templates = try ChatTemplates(tokenizerConfiguration: ["chat_template": "T"])
        #expect(try templates.source(hasTools: false) == "T")
        #expect(try templates.source(hasTools: true) == "T")
    }

    @Test("of several, the one for tools is used when there are tools, and any by its name")
    func several() throws {
        let templates = try ChatTemplates(tokenizerConfiguration: [
            "chat_template": [
                ["name": "default", "template": "D"], ["name": "tool_use", "template": "T"],
                ["name": "rag", "template": "R"],
            ]
        ])
        #expect(try templates.source(hasTools: false) == "D")
        #expect(try templates.source(hasTools: true) == "T")
        #expect(try templates.source(named: "rag", hasTools: true) == "R")
        #expect {
            try templates.source(named: "nope", hasTools: false)
        } throws: { "\($0)".contains("'nope'") && "\($0)".contains("'rag'") }
    }

    @Test("without a default, the names are listed")
    func noDefault() throws {
        let templates = try ChatTemplates(tokenizerConfiguration: [
            "chat_template": [["name": "tool_use", "template": "T"], ["name": "rag", "template": "R"]]
        ])
        #expect(try templates.source(hasTools: true) == "T")
        #expect { try templates.source(hasTools: false) } throws: { "\($0)".contains("'tool_use', 'rag'") }
        let none = try ChatTemplates(tokenizerConfiguration: ["model_max_length": 5])
        #expect(none.isEmpty)
        #expect { try none.source(hasTools: false) } throws: { "\($0)".contains("no chat template") }
    }

    @Test("what is neither a text nor a list of names and texts is refused")
    func malformed() {
        for value: TemplateValue in [5, ["a"], [["name": "x"]], [["name": 1, "template": "t"]], ["a": "b"]] {
            #expect(throws: TemplateError.self) {
                try ChatTemplates(tokenizerConfiguration: ["chat_template": value])
            }
        }
    }
}

@Suite("Templates for models that bring none")
struct BuiltInTemplateTests {
    static let conversation: TemplateValue = [
        ["role": "user", "content": "Hi"], ["role": "assistant", "content": "Hello."],
        ["role": "user", "content": "Bye"],
    ]

    @Test("Vicuna's is the form it was trained on")
    func vicuna() throws {
        let source = BuiltInTemplate.vicuna.source
        let variables: TemplateDictionary = [
            "messages": Self.conversation, "add_generation_prompt": true, "bos_token": "<s>", "eos_token": "</s>",
        ]
        #expect(
            try rendered(source, variables)
                == "<s>A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, "
                + "detailed, and polite answers to the user's questions. USER: Hi ASSISTANT: Hello.</s>USER: Bye ASSISTANT:"
        )
        let system: TemplateValue = [["role": "system", "content": "Be brief."], ["role": "user", "content": "Hi"]]
        #expect(try rendered(source, ["messages": system]) == "Be brief. USER: Hi")
        let error = try #require(failure(source, ["messages": [["role": "tool", "content": "x"]]]))
        #expect(error.kind == .raised && error.message.contains("'tool'"))
    }

    @Test("the plain one gives the texts, a line each")
    func plain() throws {
        let source = BuiltInTemplate.plain.source
        #expect(try rendered(source, ["messages": Self.conversation]) == "Hi\nHello.\nBye")
        #expect(
            try rendered(source, ["messages": Self.conversation, "add_generation_prompt": true, "bos_token": "<s>"])
                == "<s>Hi\nHello.\nBye\n")
    }
}
