extension TemplateValue {
    /// Reads a JSON document (RFC 8259), with keys in their order and whole numbers apart from others.
    ///
    /// Of equal keys the last counts, as in Python. Nesting is bounded.
    ///
    /// - Throws: an error of kind `value` that says where, in bytes from 0.
    public init(json: some Sequence<UInt8>) throws(TemplateError) {
        var reader = JSONReader(Array(json))
        self = try reader.document()
    }
}
