/// The elements of a list or tuple.
final class Elements {
    let values: [Value]
    /// 1 for a flat list: bounded, so that no walk over nested values can exhaust the stack.
    let depth: Int
    /// Names of the first elements, where a tuple has some.
    let names: [String]

    /// - Throws: an error of kind `limit` where values are nested too deeply.
    init(_ values: [Value], names: [String] = []) throws(TemplateError) {
        self.values = values
        self.names = names
        depth = try nesting(around: values)
    }
}

/// The depth of a list or dictionary of these values.
func nesting(around values: [Value]) throws(TemplateError) -> Int {
    var deepest = 0
    for value in values { deepest = max(deepest, value.depth) }
    guard deepest < TemplateLimits.valueDepth else {
        throw TemplateError(.limit, "values are nested deeper than \(TemplateLimits.valueDepth)")
    }
    return deepest + 1
}
