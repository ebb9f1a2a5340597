/// Filters that change texts.
extension Filters {
    static let texts: [String: Filter] = [
        "capitalize": text("capitalize") { $0.pythonCapitalized },
        "lower": text("lower") { $0.pythonLowercased },
        "upper": text("upper") { $0.pythonUppercased },
        "title": text("title", title),
        "string": string, "trim": trim, "replace": replace, "format": format, "join": join, "wordcount": wordCount,
    ]

    /// A capital after blanks, hyphens and opening brackets.
    @Sendable private static func title(_ text: String) -> String {
        var result = ""
        var word = String.UnicodeScalarView()
        func endWord() {
            guard let first = word.first else { return }
            result += first.properties.uppercaseMapping + String(word.dropFirst()).pythonLowercased
            word = String.UnicodeScalarView()
        }
        for scalar in text.unicodeScalars {
            if scalar.isPythonSpace || "-({[<".unicodeScalars.contains(scalar) {
                endWord()
                result.unicodeScalars.append(scalar)
            } else {
                word.append(scalar)
            }
        }
        endWord()
        return result
    }

    @Sendable private static func string(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "soft_str")
        return value.text != nil ? value : try renderer.string(try renderer.text(of: value))
    }

    @Sendable private static func trim(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_trim", "chars", required: 0)
        let text = try renderer.text(of: value)
        return try renderer.string(
            try renderer.stripped(text, of: try bound.optionalText(0)), isMarkup: value.isMarkup)
    }

    @Sendable private static func replace(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_replace", "old", "new", "count", required: 2)
        return try renderer.string(
            try renderer.replacing(
                try renderer.text(of: bound[0] ?? .none), with: try renderer.text(of: bound[1] ?? .none),
                in: try renderer.text(of: value), limit: try bound.optionalInteger(2) ?? -1))
    }

    @Sendable private static func format(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        guard arguments.positional.isEmpty || arguments.named.isEmpty else {
            throw TemplateError(
                .filterArgument, "can't handle positional and keyword arguments at the same time")
        }
        let values =
            arguments.named.isEmpty
            ? Value.tuple(try Elements(arguments.positional))
            : .dictionary(try Members(arguments.named.map { (.string($0.name), $0.value) }))
        return try renderer.apply(.remainder, value.text != nil ? value : .string(try renderer.text(of: value)), values)
    }

    @Sendable private static func join(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "sync_do_join", "d", "attribute", required: 0)
        let separator = try renderer.text(of: bound[0] ?? .string(""))
        let path = renderer.path(bound[1])
        let iterator = try renderer.iterator(over: value)
        var result = ""
        var isFirst = true
        while let element = try iterator.next() {
            try renderer.meter.step()
            if !isFirst { try renderer.append(.string(separator), to: &result) }
            isFirst = false
            try renderer.append(try renderer.element(at: path, of: element), to: &result)
        }
        return try renderer.string(result)
    }

    @Sendable private static func wordCount(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "do_wordcount")
        let text = try renderer.text(of: value)
        try renderer.meter.work(bytes: text.utf8.count, .mapping)
        var count = 0
        var isInWord = false
        for scalar in text.unicodeScalars {
            let isPart = scalar == "_" || scalar.isPythonLetter || scalar.isPythonNumeric
            if isPart, !isInWord { count += 1 }
            isInWord = isPart
        }
        return .integer(count)
    }
}
