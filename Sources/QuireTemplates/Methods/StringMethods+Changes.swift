/// Methods that give the string in another form.
extension StringMethods {
    static let changes: [String: Implementation] = [
        "capitalize": simple("capitalize") { $0.pythonCapitalized },
        "casefold": simple("casefold") { $0.pythonCaseFolded },
        "lower": simple("lower") { $0.pythonLowercased },
        "swapcase": simple("swapcase") { $0.pythonCaseSwapped },
        "title": simple("title") { $0.pythonTitle },
        "upper": simple("upper") { $0.pythonUppercased },
        "strip": stripping("strip", start: true, end: true),
        "lstrip": stripping("lstrip", start: true, end: false),
        "rstrip": stripping("rstrip", start: false, end: true),
        "center": padding("center", "^"), "ljust": padding("ljust", "<"), "rjust": padding("rjust", ">"),
        "zfill": zeroFill, "expandtabs": expandTabs, "replace": replace, "format": format, "format_map": formatMap,
        "removeprefix": removePrefix, "removesuffix": removeSuffix,
    ]

    private static func simple(_ name: String, _ change: @escaping @Sendable (String) -> String) -> Implementation {
        { renderer, receiver, arguments throws(TemplateError) in
            try arguments.refuseAll(by: "str.\(name)")
            try renderer.meter.work(bytes: text(receiver).utf8.count, .mapping)
            return try renderer.string(change(text(receiver)))
        }
    }

    private static func stripping(_ name: String, start: Bool, end: Bool) -> Implementation {
        { renderer, receiver, arguments throws(TemplateError) in
            let bound = try arguments.bound(to: name, "chars", required: 0)
            return try renderer.string(
                try renderer.stripped(text(receiver), of: try bound.optionalText(0), start: start, end: end))
        }
    }

    private static func padding(_ name: String, _ align: Unicode.Scalar) -> Implementation {
        { renderer, receiver, arguments throws(TemplateError) in
            let bound = try arguments.bound(to: name, "width", "fillchar", required: 1)
            let fill = try bound.text(1, default: " ")
            guard fill.unicodeScalars.count == 1, let scalar = fill.unicodeScalars.first else {
                throw TemplateError(.type, "The fill character must be exactly one character long")
            }
            let width = try bound.integer(0, default: 0)
            return try renderer.string(try renderer.padded(text(receiver), to: width, align, fill: scalar))
        }
    }

    @Sendable private static func zeroFill(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "str.zfill", "width", required: 1)
        let text = text(receiver)
        let hasSign = text.hasPrefix("-") || text.hasPrefix("+")
        let sign = hasSign ? String(text.prefix(1)) : ""
        let width = max(try bound.integer(0, default: 0), 0) - sign.count
        return try renderer.string(
            sign + (try renderer.padded(String(text.dropFirst(sign.count)), to: width, ">", fill: "0")))
    }

    @Sendable private static func expandTabs(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "expandtabs", "tabsize", required: 0)
        let size = try bound.integer(0, default: 8)
        guard size <= FormatSpec.maximumWidth else {
            throw TemplateError(.limit, "tabs of more than \(FormatSpec.maximumWidth) blanks are refused")
        }
        var result = ""
        var column = 0
        for scalar in text(receiver).unicodeScalars {
            guard scalar == "\t" else {
                result.unicodeScalars.append(scalar)
                column = scalar == "\n" || scalar == "\r" ? 0 : column + 1
                continue
            }
            let blanks = size > 0 ? size - column % size : 0
            try renderer.meter.allocate(bytes: result.utf8.count + blanks)
            result += String(repeating: " ", count: blanks)
            column += blanks
        }
        return try renderer.string(result)
    }

    @Sendable private static func replace(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "replace", "old", "new", "count", required: 2)
        return try renderer.string(
            try renderer.replacing(
                try bound.text(0, default: ""), with: try bound.text(1, default: ""), in: text(receiver),
                limit: try bound.integer(2, default: -1)))
    }

    @Sendable private static func format(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try renderer.string(
            try renderer.braceFormat(text(receiver), arguments, isMarkup: receiver.isMarkup))
    }

    @Sendable private static func formatMap(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        guard arguments.named.isEmpty else { throw TemplateError(.type, "format_map() takes no keyword arguments") }
        guard arguments.positional.count == 1, case .dictionary(let members) = arguments.positional[0] else {
            throw TemplateError(
                .type, "format_map() takes exactly one argument (\(arguments.positional.count) given)")
        }
        let named = members.pairs.compactMap { pair in pair.key.text.map { (name: $0, value: pair.value) } }
        return try format(renderer, receiver, Arguments(named: named))
    }

    @Sendable private static func removePrefix(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "str.removeprefix", "prefix", required: 1)
        let prefix = try bound.text(0, default: "")
        let text = text(receiver)
        guard text.startsExactly(with: prefix) else { return receiver }
        return try renderer.string(text.bytes(prefix.utf8.count..<text.utf8.count))
    }

    @Sendable private static func removeSuffix(
        _ renderer: Renderer, _ receiver: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "str.removesuffix", "suffix", required: 1)
        let suffix = try bound.text(0, default: "")
        let text = text(receiver)
        guard text.endsExactly(with: suffix) else { return receiver }
        return try renderer.string(text.bytes(0..<(text.utf8.count - suffix.utf8.count)))
    }
}
