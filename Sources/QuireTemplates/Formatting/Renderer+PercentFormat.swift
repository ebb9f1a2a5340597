extension Renderer {
    /// Python's `text % values`.
    ///
    /// - Throws: a `TypeError` for too few, too many or unfitting values, a `ValueError` for a bad format.
    func percentFormat(_ text: String, _ values: Value, isMarkup: Bool) throws(TemplateError) -> String {
        try meter.work(bytes: text.utf8.count, .mapping)
        var format = try PercentFormat(text, values, isMarkup: isMarkup)
        return try format.render(self)
    }
}
