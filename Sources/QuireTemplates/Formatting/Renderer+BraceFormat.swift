extension Renderer {
    /// Python's `text.format(…)`, as the sandbox has it.
    ///
    /// - Throws: a `ValueError` for bad braces, `IndexError` and `KeyError` for arguments that are missing.
    func braceFormat(_ text: String, _ arguments: Arguments, isMarkup: Bool) throws(TemplateError) -> String {
        var format = BraceFormat(arguments: arguments, isMarkup: isMarkup)
        return try format.render(text, self, depth: 2)
    }
}
