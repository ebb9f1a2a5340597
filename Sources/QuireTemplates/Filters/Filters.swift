/// What a filter makes of a value.
typealias Filter = @Sendable (Renderer, Value, Arguments) throws(TemplateError) -> Value

/// The filters of jinja2, with `tojson` as Hugging Face has it.
enum Filters {
    static func named(_ name: String) -> Filter? { all[name] }

    private static let all: [String: Filter] = texts.merging(numbers) { $1 }.merging(sequences) { $1 }
        .merging(selections) { $1 }.merging(markup) { $1 }.merging(layout) { $1 }.merging(values) { $1 }.merging(order)
    { $1 }
        .merging(["urlize", "pprint", "random", "wordwrap"].map { ($0, refused($0)) }) { $1 }

    /// Filters that no chat template needs, or that would give another text each time.
    private static func refused(_ name: String) -> Filter {
        { _, _, _ throws(TemplateError) in
            throw TemplateError(.unsupported, "the filter '\(name)' is not supported")
        }
    }

    /// A filter that changes a text; other values are printed first.
    static func text(_ name: String, _ change: @escaping @Sendable (String) -> String) -> Filter {
        { renderer, value, arguments throws(TemplateError) in
            try arguments.refuseAll(by: "do_\(name)")
            let text = try renderer.text(of: value)
            try renderer.meter.work(bytes: text.utf8.count, .mapping)
            return try renderer.string(change(text), isMarkup: value.isMarkup)
        }
    }
}

extension Renderer {
    /// A path such as `a.b.0` as its parts; `nil` is no part at all.
    func path(_ attribute: Value?) -> [Value] {
        guard let attribute, !attribute.isNone else { return [] }
        guard let text = attribute.text else { return [attribute] }
        return text.split(separator: ".", omittingEmptySubsequences: false).map { part in
            let isNumber = !part.isEmpty && part.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
            return isNumber ? Int(part).map(Value.integer) ?? .string(String(part)) : .string(String(part))
        }
    }

    /// What a path leads to; where a part is missing, the default takes its place.
    func element(at path: [Value], of value: Value, default fallback: Value? = nil) throws(TemplateError) -> Value {
        var value = value
        for part in path {
            value = try element(part, of: value)
            if value.isUndefined, let fallback, !fallback.isNone { value = fallback }
        }
        return value
    }

    /// Text in lower case; other values as they are.
    func ignoringCase(_ value: Value) throws(TemplateError) -> Value {
        guard let text = value.text else { return value }
        try meter.work(bytes: text.utf8.count, .mapping)
        return .text(text.pythonLowercased, isMarkup: value.isMarkup)
    }

    func ignoringCase(_ values: [Value]) throws(TemplateError) -> [Value] {
        var result: [Value] = []
        for value in values { result.append(try ignoringCase(value)) }
        return result
    }

    func isTrue(_ value: Value?, default fallback: Bool) throws(TemplateError) -> Bool {
        try value.map { value throws(TemplateError) in try isTrue(value) } ?? fallback
    }
}
