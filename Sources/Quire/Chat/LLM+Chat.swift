import QuireCore
import QuireTemplates

extension LLM {
    /// How conversations become tokens.
    ///
    /// - Parameter template: a file with a Jinja template, the name of one of the model's, or one of those built in; `nil`
    ///   is the model's own, and Vicuna's or the plain one where it has none.
    /// - Throws: `OptionError` that lists the names, `ModelError.noTokenizer`.
    public func chatFormat(_ template: String? = nil) throws -> ChatFormat {
        guard let tokenizer else { throw ModelError.noTokenizer(model: model, lookedFor: TokenizerLoader.places) }
        let templates = try template.map { try ChatTemplates(finding: $0, among: chatTemplates) } ?? chatTemplates
        return ChatFormat(templates: templates, tokenizer: tokenizer)
    }

    /// Answers conversations, all together, in their order.
    ///
    /// ```swift
    /// let outputs = try llm.chat([[.user("What is the capital of France?")]], SamplingParams(temperature: 0))
    /// ```
    ///
    /// - Throws: `TemplateError` where the model's template refuses a conversation; else as `generate`.
    public func chat(
        _ conversations: [[ChatMessage]], _ params: SamplingParams = SamplingParams(), showsProgress: Bool = true
    ) throws -> [RequestOutput] {
        let format = try chatFormat()
        return try generate(
            try conversations.map { .tokens(try format.tokens($0)) }, params, showsProgress: showsProgress)
    }
}
