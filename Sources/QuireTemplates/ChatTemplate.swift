/// A chat template: a Jinja template that makes the text of a conversation, as Hugging Face's models bring them.
///
/// Compiled once, rendered often, from any thread.
///
///     let template = try ChatTemplate(source: "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}")
///     let text = try template.render(["messages": [["role": "user", "content": "Hello"]]])
public struct ChatTemplate: Sendable {
    /// The template as it was written.
    public let source: String
    private let program: Program
    private let limits: TemplateLimits

    /// - Throws: an error with line and column where the source is not a template.
    public init(source: String, limits: TemplateLimits = TemplateLimits()) throws(TemplateError) {
        self.source = source
        self.limits = limits
        program = try Program(source: source, limits: limits)
    }

    /// The text for these variables: `messages`, `tools`, `documents`, `add_generation_prompt`, `bos_token` …
    ///
    /// A variable that is left out is undefined, which is not the same as none.
    ///
    /// - Parameter now: what `strftime_now` shows.
    /// - Throws: what the template raises or does wrong, with its place, or an error of kind `limit`.
    public func render(
        _ variables: TemplateDictionary, now: TemplateTime = .now
    ) throws(TemplateError) -> String {
        try Renderer(program: program, variables: variables, now: now, limits: limits).render()
    }
}
