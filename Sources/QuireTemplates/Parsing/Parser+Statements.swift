extension Parser {
    /// Text, output and tags up to one of the tags that end them, which is left at the cursor.
    mutating func statements(until endings: [String]) throws(TemplateError) -> [Statement] {
        try nest()
        defer { nesting -= 1 }
        if !endings.isEmpty { closingTags.append(endings) }
        defer { if !endings.isEmpty { closingTags.removeLast() } }
        var statements: [Statement] = []
        while true {
            let token = current
            switch token.kind {
            case .text:
                advance()
                statements.append(Statement(position: token.position, node: .text(token.text)))
            case .outputStart:
                advance()
                let expression = try tupleOrExpression()
                statements.append(Statement(position: expression.position, node: .output(expression)))
                try expect(.outputEnd)
            case .tagStart:
                advance()
                if current.kind == .name, endings.contains(current.text) { return statements }
                statements += try tag()
                try expect(.tagEnd)
            default:
                guard endings.isEmpty else { throw unclosed(unknownTag: nil) }
                return statements
            }
        }
    }

    /// The statements inside of a tag, up to its last ending, which is taken.
    mutating func statements(inside ending: String) throws(TemplateError) -> [Statement] {
        let statements = try tagBody(until: [ending])
        advance()
        return statements
    }

    /// The statements inside of a tag, up to one of its endings.
    mutating func tagBody(until endings: [String]) throws(TemplateError) -> [Statement] {
        // As in Python, a colon may close the line.
        _ = takeSymbol(":")
        try expect(.tagEnd)
        return try statements(until: endings)
    }

    /// What a tag says, from its name on.
    private mutating func tag() throws(TemplateError) -> [Statement] {
        let token = current
        guard token.kind == .name else { throw error("tag name expected") }
        openTags.append(token.text)
        let node: Statement.Node
        switch token.text {
        case "for": node = try loop()
        case "if": node = try branches()
        case "set": node = try assignment()
        case "macro": node = try macro()
        case "call": node = try callBlock()
        case "generation": node = try generation()
        case "filter": node = try filterBlock()
        case "with": node = try with()
        case "block": node = try block()
        case "break", "continue": node = try loopControl()
        case "print":
            let outputs = try printed()
            openTags.removeLast()
            return outputs
        case "extends", "include", "import", "from", "autoescape":
            throw TemplateError(
                .unsupported, "the tag '\(token.text)' is not supported: a chat template is one file of plain text",
                at: token.position)
        default:
            openTags.removeLast()
            throw unclosed(unknownTag: token)
        }
        openTags.removeLast()
        return [Statement(position: token.position, node: node)]
    }

    private mutating func printed() throws(TemplateError) -> [Statement] {
        advance()
        var outputs: [Statement] = []
        while current.kind != .tagEnd {
            if !outputs.isEmpty { try expectSymbol(",") }
            let value = try expression()
            outputs.append(Statement(position: value.position, node: .output(value)))
        }
        return outputs
    }

    /// A tag that is unknown here, or the end of the template inside of a tag.
    private func unclosed(unknownTag: Token?) -> TemplateError {
        var message =
            unknownTag.map { "Encountered unknown tag \($0.text.pythonQuoted)." }
            ?? "Unexpected end of template."
        if let innermost = closingTags.last {
            let wanted = innermost.map(\.pythonQuoted).joined(separator: " or ")
            if let unknownTag, closingTags.joined().contains(unknownTag.text) {
                message +=
                    " You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for "
                    + "\(wanted)."
            } else {
                message += " Jinja was looking for the following tags: \(wanted)."
            }
        }
        if let open = openTags.last {
            message += " The innermost block that needs to be closed is \(open.pythonQuoted)."
        }
        return error(message, at: unknownTag?.position)
    }
}
