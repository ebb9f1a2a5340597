import QuireCore
import QuireTemplates
import QuireTokenizers

/// Turns conversations into the tokens that a model was trained on: by its chat template, then its tokenizer.
///
///     let format = try llm.chatFormat()
///     let prompt = try format.tokens([.user("What is the capital of France?")])
public struct ChatFormat: Sendable {
    private let templates: ChatTemplates
    private let tokenizer: any Tokenizer
    /// `bos_token`, `eos_token`, `unk_token` and `pad_token`, those that the model has.
    private let roles: TemplateDictionary

    public init(templates: ChatTemplates, tokenizer: any Tokenizer) {
        self.templates = templates
        self.tokenizer = tokenizer
        let special = tokenizer.specialTokens
        let named = [
            ("bos_token", special.bos), ("eos_token", special.eos), ("unk_token", special.unknown),
            ("pad_token", special.pad),
        ]
        roles = TemplateDictionary(
            named.compactMap { name, id in id.flatMap(tokenizer.piece).map { (name, .string($0)) } })
    }

    /// The text of a conversation, special tokens spelled out.
    ///
    /// - Parameters:
    ///   - messages: objects with `role`, `content` and what else the template reads.
    ///   - tools: descriptions of functions; `nil` is not the same as none.
    ///   - addsGenerationPrompt: whether the text ends where the model's answer begins.
    ///   - variables: more of the template's variables; they win.
    ///   - template: the name of one of the model's templates; `nil` chooses.
    /// - Throws: `TemplateError`, such as what the template itself raises about roles.
    public func text(
        of messages: [TemplateValue], tools: [TemplateValue]? = nil, addsGenerationPrompt: Bool = true,
        variables: TemplateDictionary = [:], template: String? = nil
    ) throws(TemplateError) -> String {
        let source = try templates.source(named: template, hasTools: tools != nil)
        var all = roles
        all["messages"] = .list(messages)
        all["tools"] = tools.map(TemplateValue.list) ?? TemplateValue.none
        all["add_generation_prompt"] = .bool(addsGenerationPrompt)
        for (key, value) in zip(variables.keys, variables.values) {
            all[key] = value
        }
        return try ChatTemplate(source: source).render(all)
    }

    /// The tokens to continue with an answer.
    ///
    /// - Throws: as `text(of:)`.
    public func tokens(_ messages: [ChatMessage]) throws(TemplateError) -> [TokenID] {
        tokenizer.encodeSpelledOut(try text(of: messages.map(\.templateValue)))
    }
}
