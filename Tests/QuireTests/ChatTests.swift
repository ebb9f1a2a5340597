import Foundation
import Quire
import QuireTemplates
import QuireTokenizers
import Testing

@Suite("Chat")
struct ChatTests {
    static let system =
        "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, "
        + "and polite answers to the user's questions."

    /// As Vicuna's trainers joined turns: each a text of its own, closed by `</s>`.
    private static func turns(_ texts: [String], _ tokenizer: any Tokenizer) -> [TokenID] {
        let special = tokenizer.specialTokens
        return [special.bos!]
            + Array(texts.map { tokenizer.encode($0, addSpecialTokens: false) }.joined(by: special.eos!))
    }

    @Test("the embedded model's conversations become the tokens that it was trained on")
    func embedded() throws {
        let llm = try LLM()
        let tokenizer = try #require(llm.tokenizer)
        let format = try llm.chatFormat()
        #expect(
            try format.tokens([.user("Hi"), .assistant("Hello."), .user("Bye")])
                == Self.turns(["\(Self.system) USER: Hi ASSISTANT: Hello.", "USER: Bye ASSISTANT:"], tokenizer))
        #expect(
            try format.tokens([.system(""), .user("Hi")]) == Self.turns(["USER: Hi ASSISTANT:"], tokenizer))
        let output = try llm.chat(
            [[.user("What is the capital of France?")]], SamplingParams(temperature: 0, maxTokens: 24),
            showsProgress: false)
        #expect(output[0].outputs[0].text?.contains("Paris") == true, "\(output[0].outputs)")
    }

    @Test("the embedded model's template is the built-in one for Vicuna")
    func sameTemplate() throws {
        let llm = try LLM()
        let messages: [TemplateValue] = [
            ["role": "system", "content": "Be brief."], ["role": "user", "content": "a"],
            ["role": "user", "content": "b"], ["role": "assistant", "content": "c"], ["role": "user", "content": "d"],
        ]
        let own = try llm.chatFormat().text(of: messages)
        #expect(own == "<s>Be brief. USER: a USER: b ASSISTANT: c</s>USER: d ASSISTANT:")
        #expect(try llm.chatFormat("vicuna").text(of: messages) == own)
        #expect(try llm.chatFormat("plain").text(of: messages) == "<s>Be brief.\na\nb\nc\nd\n")
    }

    @Test("special tokens that a template spells out are found, wherever they stand")
    func spelledOut() throws {
        let tokenizer = try #require(try LLM().tokenizer)
        let (start, end) = (tokenizer.specialTokens.bos!, tokenizer.specialTokens.eos!)
        func plain(_ text: String) -> [TokenID] { tokenizer.encode(text, addSpecialTokens: false) }
        #expect(tokenizer.encodeSpelledOut("<s>") == [start])
        #expect(tokenizer.encodeSpelledOut("a<s></s>b</s>") == plain("a") + [start, end] + plain("b") + [end])
        #expect(tokenizer.encodeSpelledOut("<s <S> </ s>") == plain("<s <S> </ s>"))
        #expect(tokenizer.encodeSpelledOut("") == [])
    }

    @Test("a folder's templates: chat_template.jinja before tokenizer_config.json, others by their names")
    func folder() throws {
        let folder = try ModelFolder()
        let zoo = "\(Repository.root)/ModelZoo/quire-tiny"
        try folder.write("tokenizer.model", Data(contentsOf: URL(fileURLWithPath: "\(zoo)/tokenizer.model")))
        folder.widenVocabulary(to: 2_050)
        #expect(try folder.load().chatFormat().text(of: [["role": "user", "content": "x"]]) == "<s>x\n")
        try folder.write(
            "tokenizer_config.json",
            Data(
                #"{"chat_template": [{"name": "default", "template": "D"}, {"name": "tool_use", "template": "T"}]}"#
                    .utf8))
        var format = try folder.load().chatFormat()
        #expect(try format.text(of: []) == "D")
        #expect(try format.text(of: [], tools: [[:]]) == "T")
        try folder.write("chat_template.jinja", Data("J{{ eos_token }}".utf8))
        try FileManager.default.createDirectory(
            atPath: folder.path + "/additional_chat_templates", withIntermediateDirectories: true)
        try folder.write("additional_chat_templates/rag.jinja", Data("R".utf8))
        let llm = try folder.load()
        format = try llm.chatFormat()
        #expect(try format.text(of: []) == "J</s>")
        #expect(try format.text(of: [], template: "rag") == "R")
        #expect(try llm.chatFormat("rag").text(of: []) == "R")
        #expect(try llm.chatFormat(folder.path + "/chat_template.jinja").text(of: []) == "J</s>")
        let error = #expect(throws: OptionError.self) { try llm.chatFormat("no-such") }
        #expect(error?.description.contains("tool_use, default, rag, vicuna, plain") == true, "\(error!)")
    }

    @Test("a template that is none, in a folder, is an error that names the file")
    func malformed() throws {
        let folder = try ModelFolder()
        try folder.write("tokenizer_config.json", Data(#"{"chat_template": 5}"#.utf8))
        #expect(
            folder.complaint().contains("tokenizer_config.json: has no usable chat template"), "\(folder.complaint())")
        try folder.write("tokenizer_config.json", Data("{}".utf8))
        try folder.write("chat_template.jinja", Data([0xFF]))
        #expect(folder.complaint().contains("chat_template.jinja: it is not UTF-8 text"), "\(folder.complaint())")
    }

    @Test("a long conversation loses its oldest turns, in pairs, and keeps the system message")
    func room() throws {
        let format = try LLM().chatFormat("plain")
        var conversation = Conversation(system: "S", format: format, room: 12)
        #expect(try conversation.prompt(asking: "one") == (try format.tokens([.system("S"), .user("one")])))
        conversation.add(answer: " two two two two")
        #expect(conversation.droppedMessages == 0)
        let second = try conversation.prompt(asking: "three three three")
        #expect(conversation.droppedMessages == 2)
        #expect(second == (try format.tokens([.system("S"), .user("three three three")])))
    }

    @Test("a template that refuses a conversation leaves it as it was")
    func refusal() throws {
        let folder = try ModelFolder()
        try folder.write(
            "t.jinja",
            Data(
                "{% for m in messages %}{% if m.content == 'bad' %}{{ raise_exception('no') }}{% endif %}x{% endfor %}"
                    .utf8))
        let format = try LLM().chatFormat(folder.path + "/t.jinja")
        var conversation = Conversation(system: nil, format: format, room: 100)
        #expect(throws: TemplateError.self) { try conversation.prompt(asking: "bad") }
        let tokenizer = try #require(try LLM().tokenizer)
        #expect(try conversation.prompt(asking: "good") == tokenizer.encode("x", addSpecialTokens: false))
    }
}

extension Array where Element == [TokenID] {
    fileprivate func joined(by separator: TokenID) -> [TokenID] { Array<TokenID>(self.joined(separator: [separator])) }
}
