/// Filters for HTML; chat templates hardly use them, but they exist.
extension Filters {
    static let markup: [String: Filter] = [
        "e": escape, "escape": escape, "forceescape": forceEscape, "safe": safe, "striptags": stripTags,
        "xmlattr": xmlAttributes,
    ]

    @Sendable private static func escape(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "escape")
        return try renderer.string(try renderer.escaped(value), isMarkup: true)
    }

    @Sendable private static func forceEscape(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "do_forceescape")
        return try renderer.string(try renderer.escaped(.string(try renderer.text(of: value))), isMarkup: true)
    }

    @Sendable private static func safe(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "do_mark_safe")
        return try renderer.string(try renderer.text(of: value), isMarkup: true)
    }

    /// Without tags and comments, and with runs of white space as one blank.
    @Sendable private static func stripTags(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        try arguments.refuseAll(by: "do_striptags")
        let text = try renderer.text(of: value)
        try renderer.meter.work(bytes: text.utf8.count, .mapping)
        let bytes = Array(text.utf8)
        var kept: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "<") else {
                kept.append(bytes[index])
                index += 1
                continue
            }
            let isComment = bytes[index...].starts(with: "<!--".utf8)
            let end =
                isComment ? Self.end(of: "-->", in: bytes, from: index + 4) : Self.end(of: ">", in: bytes, from: index)
            guard let end else {
                kept += bytes[index...]
                break
            }
            index = end
        }
        let words = String(decoding: kept, as: UTF8.self).unicodeScalars.split(whereSeparator: \.isPythonSpace)
        return try renderer.string(words.map { String($0) }.joined(separator: " ").withoutEntities)
    }

    private static func end(of mark: String, in bytes: [UInt8], from start: Int) -> Int? {
        let mark = Array(mark.utf8)
        var index = start
        while index + mark.count <= bytes.count {
            if bytes[index..<(index + mark.count)].elementsEqual(mark) { return index + mark.count }
            index += 1
        }
        return nil
    }

    @Sendable private static func xmlAttributes(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_xmlattr", "autospace", required: 0)
        if case .undefined(let undefined) = value { throw undefined.error }
        guard case .dictionary(let members) = value else {
            throw TemplateError(.attribute, "'\(value.typeName)' object has no attribute 'items'")
        }
        var parts: [String] = []
        for (key, value) in members.pairs where !value.isNone && !value.isUndefined {
            guard let name = key.text else {
                throw TemplateError(.type, "expected string or bytes-like object, got '\(key.typeName)'")
            }
            guard
                !name.unicodeScalars.contains(where: {
                    $0.isASCII && $0.isPythonSpace || "/>=".unicodeScalars.contains($0)
                })
            else { throw TemplateError(.value, "Invalid character in attribute name: \(name.pythonQuoted)") }
            parts.append("\(Renderer.escaped(name))=\"\(try renderer.escaped(value))\"")
        }
        let isSpaced = try renderer.isTrue(bound[0], default: true) && !parts.isEmpty
        return try renderer.string((isSpaced ? " " : "") + parts.joined(separator: " "))
    }
}

extension String {
    /// With the entities replaced that escaping makes.
    fileprivate var withoutEntities: String {
        guard utf8.contains(UInt8(ascii: "&")) else { return self }
        let entities = [
            ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&nbsp;", "\u{A0}"),
            ("&amp;", "&"),
        ]
        var result = ""
        var rest = self[...]
        while let mark = rest.firstIndex(of: "&") {
            result += rest[..<mark]
            rest = rest[mark...]
            let found = entities.first { rest.hasPrefix($0.0) }
            result += found?.1 ?? "&"
            rest = rest.dropFirst(found?.0.count ?? 1)
        }
        return result + rest
    }
}
