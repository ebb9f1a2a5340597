import QuireCore

extension QuantizationScheme {
    /// What the `config.json` beside a file of weights says of them; nil where there is none, or it says nothing.
    ///
    /// - Throws: a `UserError` where it says what cannot be.
    package init?(besideFile path: String) throws {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        guard let config = try? ModelDirectory(path: folder).config() else { return nil }
        try self.init(config)
    }
}
