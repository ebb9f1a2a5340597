extension Renderer {
    /// Python's `str(value)`.
    func text(of value: Value) throws(TemplateError) -> String {
        if let text = value.text { return text }
        var result = ""
        try append(value, to: &result)
        return result
    }

    func append(_ value: Value, to result: inout String) throws(TemplateError) {
        switch value {
        case .undefined: break
        case .string(let text), .markup(let text):
            try check(result, adding: text)
            result += text
        default: try appendRepresentation(of: value, to: &result)
        }
    }

    /// Python's `repr(value)`.
    func representation(of value: Value) throws(TemplateError) -> String {
        var result = ""
        try appendRepresentation(of: value, to: &result)
        return result
    }

    private func appendRepresentation(of value: Value, to result: inout String) throws(TemplateError) {
        try meter.step()
        switch value {
        case .undefined: result += "Undefined"
        case .none: result += "None"
        case .bool(let value): result += value ? "True" : "False"
        case .integer(let value): result += String(value)
        case .float(let value): result += value.pythonRepresentation
        case .string(let text):
            try check(result, adding: text)
            try meter.work(bytes: text.utf8.count, .mapping)
            result += text.pythonQuoted
        case .markup(let text):
            try check(result, adding: text)
            result += "Markup(\(text.pythonQuoted))"
        case .list(let elements): try append(elements.values, between: "[", "]", to: &result)
        case .tuple(let elements):
            try append(elements.values, between: "(", elements.values.count == 1 ? ",)" : ")", to: &result)
        case .dictionary(let members): try append(members, to: &result)
        case .range(let range):
            result += "range(\(range.start), \(range.stop)\(range.step == 1 ? "" : ", \(range.step)"))"
        case .view(let view):
            result += view.part.rawValue
            try append(try view.elements(), between: "([", "])", to: &result)
        case .object(let object): result += try object.text(self)
        }
    }

    private func append(
        _ values: [Value], between start: String, _ end: String, to result: inout String
    ) throws(TemplateError) {
        result += start
        for (index, value) in values.enumerated() {
            if index > 0 { result += ", " }
            try appendRepresentation(of: value, to: &result)
        }
        result += end
    }

    private func append(_ members: Members, to result: inout String) throws(TemplateError) {
        result += "{"
        for (index, (key, value)) in members.pairs.enumerated() {
            if index > 0 { result += ", " }
            try appendRepresentation(of: key, to: &result)
            result += ": "
            try appendRepresentation(of: value, to: &result)
        }
        result += "}"
    }

    /// Text that grows is limited before it is made.
    func check(_ result: String, adding text: String) throws(TemplateError) {
        try meter.work(bytes: text.utf8.count)
        guard result.utf8.count + text.utf8.count <= meter.limits.valueBytes else {
            throw TemplateError(.limit, "a value would be larger than \(meter.limits.valueBytes) bytes")
        }
    }

    /// The text with the characters escaped that mean something in HTML; what is escaped already stays.
    func escaped(_ value: Value) throws(TemplateError) -> String {
        if case .markup(let text) = value { return text }
        let text = try text(of: value)
        try meter.work(bytes: text.utf8.count, .mapping)
        return Self.escaped(text)
    }

    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            case "\"": result.append(contentsOf: "&#34;".unicodeScalars)
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
