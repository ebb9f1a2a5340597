/// Cuts a template into tokens, with `trim_blocks` and `lstrip_blocks` on as Hugging Face has them.
///
/// The rules for white space are those of jinja2: the line break after a tag goes, blanks between the start of a line and a
/// tag go, `-` takes all white space on its side, `+` keeps it.
struct Lexer {
    let source: SourceText
    var offset = 0
    var tokens: [Token] = []
    /// Whether the last match ended a line, so that blanks before the next tag stand alone on theirs.
    var isAtLineStart = true
    /// Closing brackets that an expression still waits for.
    var openBrackets: [Unicode.Scalar] = []

    /// - Throws: a syntax error with its place.
    static func tokens(of source: String) throws(TemplateError) -> [Token] {
        var lexer = Lexer(source: SourceText(source))
        while lexer.offset < lexer.source.count { try lexer.textAndTag() }
        lexer.tokens.append(Token(kind: .end, text: "", position: lexer.source.position(of: lexer.source.count)))
        return lexer.tokens
    }

    private init(source: SourceText) { self.source = source }

    /// Text up to the next tag, and the tag.
    private mutating func textAndTag() throws(TemplateError) {
        let start = offset
        var tag = offset
        while tag < source.count, !isTagStart(tag) { tag += 1 }
        guard tag < source.count else {
            addText(start..<source.count)
            offset = source.count
            return
        }
        offset = tag + 2
        let control = takeControl()
        let kind = source.scalars[tag + 1]
        addText(trimmed(start..<tag, control: control, keepsBlanks: kind == "{"))
        isAtLineStart = false
        switch kind {
        case "#": try skipComment(from: tag)
        case "{": try expressionTokens(from: tag, opening: .outputStart, closing: .outputEnd)
        default:
            if takeRawStart() {
                try rawText(from: tag)
            } else {
                try expressionTokens(from: tag, opening: .tagStart, closing: .tagEnd)
            }
        }
    }

    private func isTagStart(_ offset: Int) -> Bool {
        guard source.scalars[offset] == "{", offset + 1 < source.count else { return false }
        let next = source.scalars[offset + 1]
        return next == "{" || next == "%" || next == "#"
    }

    /// `-` or `+` right after the start of a tag.
    mutating func takeControl() -> Unicode.Scalar? {
        guard offset < source.count, source.scalars[offset] == "-" || source.scalars[offset] == "+" else { return nil }
        offset += 1
        return source.scalars[offset - 1]
    }

    mutating func skipSpace() {
        while offset < source.count, source.scalars[offset].isPythonSpace { offset += 1 }
    }

    func error(_ message: String, at offset: Int) -> TemplateError {
        TemplateError(.syntax, message, at: source.position(of: offset))
    }
}
