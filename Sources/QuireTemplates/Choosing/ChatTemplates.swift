/// The chat templates of one model, by name: most have one, some have others for tools and documents.
///
/// Where the texts come from (`tokenizer_config.json`, `chat_template.jinja`, GGUF metadata) is the caller's matter.
public struct ChatTemplates: Sendable {
    /// Names and sources, in order.
    public private(set) var sources: [(name: String, source: String)] = []

    /// The name of the template that is used unless another is asked for.
    public static let defaultName = "default"
    /// The name of the template that is used when there are tools.
    public static let toolUseName = "tool_use"

    public init() {}

    public init(default source: String) { sources = [(Self.defaultName, source)] }

    /// Adds a template, or replaces the one of that name.
    public mutating func add(_ source: String, named name: String) {
        sources.removeAll { $0.name == name }
        sources.append((name, source))
    }

    /// The templates that a `tokenizer_config.json` holds in `chat_template`: one text, or a list of names and texts.
    ///
    /// - Throws: an error of kind `value` where it is something else.
    public init(tokenizerConfiguration: TemplateValue) throws(TemplateError) {
        self.init()
        switch tokenizerConfiguration["chat_template"] {
        case nil, TemplateValue.none?: break
        case .string(let source)?: add(source, named: Self.defaultName)
        case .list(let entries)?:
            for entry in entries {
                guard let name = entry["name"]?.stringValue, let source = entry["template"]?.stringValue else {
                    throw Self.malformed
                }
                add(source, named: name)
            }
        default: throw Self.malformed
        }
    }

    private static let malformed = TemplateError(
        .value, "chat_template is neither a text nor a list of objects with the texts 'name' and 'template'")

    public var isEmpty: Bool { sources.isEmpty }

    /// The source for a request, chosen as transformers does: the named one, else the one for tools where there are some,
    /// else the default.
    ///
    /// - Parameters:
    ///   - name: a template's name, or `nil`.
    ///   - hasTools: whether the request has a list of tools, be it empty.
    /// - Throws: an error of kind `value` that lists the names there are.
    public func source(named name: String? = nil, hasTools: Bool) throws(TemplateError) -> String {
        if let name {
            guard let source = self[name] else {
                throw TemplateError(.value, "no chat template is named \(name.pythonQuoted); there are: \(list)")
            }
            return source
        }
        if sources.count == 1, let only = self[Self.defaultName] { return only }
        if hasTools, let source = self[Self.toolUseName] { return source }
        guard let source = self[Self.defaultName] else {
            throw TemplateError(
                .value,
                isEmpty ? "the model has no chat template" : "no chat template is the default; there are: \(list)")
        }
        return source
    }

    private subscript(name: String) -> String? { sources.first { $0.name.isExactly(name) }?.source }

    private var list: String { sources.map(\.name.pythonQuoted).joined(separator: ", ") }
}
