/// A generator or iterator as a value: it can be walked through once.
final class Generator: Object {
    private let name: String
    private let values: ValueIterator
    private let nesting: Int

    /// `source` is what the values are computed from.
    ///
    /// - Throws: an error of kind `limit` where generators feed on generators too deeply.
    init(_ values: ValueIterator, from source: Value, name: String = "generator") throws(TemplateError) {
        self.values = values
        self.name = name
        nesting = try QuireTemplates.nesting(around: [source])
    }

    override var typeName: String { name }
    override var depth: Int { nesting }
    override var iterator: ValueIterator? { values }
}
