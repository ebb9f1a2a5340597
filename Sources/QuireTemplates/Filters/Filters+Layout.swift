/// Filters that lay texts out.
extension Filters {
    static let layout: [String: Filter] = ["center": center, "indent": indent, "truncate": truncate]

    @Sendable private static func center(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_center", "width", required: 0)
        return try renderer.string(
            try renderer.padded(
                try renderer.text(of: value), to: try bound.integer(0, default: 80), "^", fill: " "))
    }

    @Sendable private static func indent(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(to: "do_indent", "width", "first", "blank", required: 0)
        let indentation: String
        if let text = bound[0]?.text {
            indentation = text
        } else {
            let width = max(try bound.integer(0, default: 4), 0)
            try renderer.meter.allocate(bytes: width)
            indentation = String(repeating: " ", count: width)
        }
        if case .undefined(let undefined) = value { throw undefined.error }
        if case .list = value { throw TemplateError(.attribute, "'list' object has no attribute 'splitlines'") }
        guard let text = value.text else {
            throw TemplateError(.type, "unsupported operand type(s) for +=: '\(value.typeName)' and 'str'")
        }
        let indentsBlank = try renderer.isTrue(bound[2], default: false)
        var result = try renderer.isTrue(bound[1], default: false) ? indentation : ""
        for (index, line) in try renderer.lines(of: text + "\n").enumerated() {
            if index > 0 {
                result += "\n"
                if indentsBlank || !line.isEmpty {
                    try renderer.check(result, adding: indentation)
                    result += indentation
                }
            }
            result += line
        }
        return try renderer.string(result, isMarkup: value.isMarkup)
    }

    @Sendable private static func truncate(
        _ renderer: Renderer, _ value: Value, _ arguments: Arguments
    ) throws(TemplateError) -> Value {
        let bound = try arguments.bound(
            to: "do_truncate", "length", "killwords", "end", "leeway", required: 0)
        let length = try bound.integer(0, default: 255)
        let cutsWords = try renderer.isTrue(bound[1], default: false)
        let end = try bound.text(2, default: "...")
        let leeway = try bound.optionalInteger(3) ?? 5
        let endLength = try renderer.length(of: end)
        guard length >= endLength else {
            throw TemplateError(.assertionFailed, "expected length >= \(endLength), got \(length)")
        }
        guard leeway >= 0 else { throw TemplateError(.assertionFailed, "expected leeway >= 0, got \(leeway)") }
        guard let count = try renderer.knownLength(of: value) else {
            throw TemplateError(.type, "object of type '\(value.typeName)' has no len()")
        }
        guard count - leeway > length else { return value }
        guard let text = value.text else {
            throw TemplateError(.attribute, "'\(value.typeName)' object has no attribute 'rsplit'")
        }
        let start = text.unicodeScalars.prefix(length - endLength)
        if cutsWords { return try renderer.string(String(start) + end, isMarkup: value.isMarkup) }
        let kept = start.lastIndex(of: " ").map { start[..<$0] } ?? start
        return try renderer.string(String(kept) + end, isMarkup: value.isMarkup)
    }
}
