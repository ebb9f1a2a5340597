import Foundation
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

    /// The tokens of a conversation; parameters are those of `text(of:)`.
    ///
    /// - Parameter continuesFinalMessage: whether the last message is the beginning of the answer, so that nothing
    ///   follows its content.
    /// - Throws: as `text(of:)`.
    public func tokens(
        of messages: [TemplateValue], addsGenerationPrompt: Bool = true, continuesFinalMessage: Bool = false,
        variables: TemplateDictionary = [:]
    ) throws(TemplateError) -> [TokenID] {
        var text = try text(of: messages, addsGenerationPrompt: addsGenerationPrompt, variables: variables)
        if continuesFinalMessage, let last = messages.last?.dictionaryValue?["content"]?.stringValue {
            // Templates write contents with or without the space around them.
            let content = last.trimmingCharacters(in: .whitespacesAndNewlines)
            guard let range = text.range(of: content, options: [.backwards, .literal]) else {
                throw TemplateError(.value, "the last message's content is not in the text, so it cannot be continued")
            }
            let rest = text[range.lowerBound...]
            text = String(text[..<range.lowerBound]) + (rest.hasPrefix(last) ? last : content)
        }
        return tokenizer.encodeSpelledOut(text)
    }

    /// The tokens to continue with an answer.
    ///
    /// - Throws: as `text(of:)`.
    public func tokens(_ messages: [ChatMessage]) throws(TemplateError) -> [TokenID] {
        try tokens(of: messages.map(\.templateValue))
    }
}
