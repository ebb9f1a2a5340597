/// A template that has passed every check and can be rendered.
struct Program: Sendable {
    let template: ParsedTemplate
    /// Variables that a scope hides before it assigns them.
    let hidden: [ScopeID: [NameID]]
    /// The named blocks, which a template may call by name.
    let blocks: [String: Statement.NamedBlock]
    /// The variable `loop`.
    let loopName: NameID

    /// - Throws: an error with its line and column.
    init(source: String, limits: TemplateLimits) throws(TemplateError) {
        guard source.utf8.count <= limits.sourceBytes else {
            throw TemplateError(
                .limit, "the template has \(source.utf8.count) bytes; at most \(limits.sourceBytes) are allowed")
        }
        var parser = try Parser(source: source)
        var template = try parser.template()
        guard template.names.names.count <= TemplateLimits.variables else {
            throw TemplateError(.limit, "the template has more than \(TemplateLimits.variables) variables")
        }
        try UnknownFilters.refuse(in: template.body.statements)
        hidden = HiddenNames(in: &template).byScope
        blocks = parser.blocks
        loopName = template.names.existingID(of: "loop") ?? -1
        self.template = template
    }
}
