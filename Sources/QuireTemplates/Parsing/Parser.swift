/// Makes a syntax tree of a template's tokens, by the grammar of jinja2.
///
/// Nesting is bounded, so no template can exhaust the stack, neither here nor when its tree is walked.
struct Parser {
    private let tokens: [Token]
    private var index = 0
    var names = NameTable()
    var nesting = 0
    /// Tags that are open, and what would close the innermost.
    var openTags: [String] = []
    var closingTags: [[String]] = []
    /// Loops around the cursor, and whether `break` reaches the innermost.
    var loopCount = 0
    var canBreak = false
    var blocks: [String: Statement.NamedBlock] = [:]
    private(set) var scopeCount = 0

    /// - Throws: an error of kind `syntax`, `assertion`, `unsupported` or `limit`, with its place.
    init(source: String) throws(TemplateError) {
        tokens = try Lexer.tokens(of: source)
    }

    mutating func template() throws(TemplateError) -> ParsedTemplate {
        let scope = newScope()
        let statements = try statements(until: [])
        return ParsedTemplate(body: Body(statements: statements, scope: scope), names: names, scopeCount: scopeCount)
    }

    mutating func newScope() -> ScopeID {
        scopeCount += 1
        return scopeCount - 1
    }
}

/// A template as a tree.
struct ParsedTemplate: Sendable {
    let body: Body
    let names: NameTable
    let scopeCount: Int
}

// MARK: - Tokens

extension Parser {
    var current: Token { tokens[index] }
    var following: Token { tokens[min(index + 1, tokens.count - 1)] }
    /// What was taken last.
    var last: Token { tokens[max(index - 1, 0)] }

    @discardableResult
    mutating func advance() -> Token {
        let token = tokens[index]
        // The token at the end is never passed.
        if token.kind != .end { index += 1 }
        return token
    }

    mutating func takeName(_ name: String) -> Bool {
        guard current.isName(name) else { return false }
        advance()
        return true
    }

    mutating func takeSymbol(_ symbol: String) -> Bool {
        guard current.isSymbol(symbol) else { return false }
        advance()
        return true
    }

    mutating func expectSymbol(_ symbol: String) throws(TemplateError) {
        guard takeSymbol(symbol) else { throw unexpected(expected: symbol) }
    }

    mutating func expectName(_ name: String) throws(TemplateError) {
        guard takeName(name) else { throw unexpected(expected: name) }
    }

    /// Any name.
    mutating func expectIdentifier() throws(TemplateError) -> Token {
        guard current.kind == .name else { throw unexpected(expected: "name") }
        return advance()
    }

    mutating func expect(_ kind: Token.Kind) throws(TemplateError) {
        guard current.kind == kind else {
            throw unexpected(expected: Token(kind: kind, text: "", position: current.position).description)
        }
        advance()
    }

    func unexpected(expected: String) -> TemplateError {
        if current.kind == .end { return error("unexpected end of template, expected '\(expected)'.") }
        return error("expected token \(expected.pythonQuoted), got \(current.description.pythonQuoted)")
    }

    func error(_ message: String, at position: TemplatePosition? = nil) -> TemplateError {
        TemplateError(.syntax, message, at: position ?? current.position)
    }

    /// Counts one level of nesting; what calls it gives the level back.
    mutating func nest() throws(TemplateError) {
        nesting += 1
        guard nesting <= TemplateLimits.sourceDepth else {
            throw TemplateError(
                .limit, "the template is nested deeper than \(TemplateLimits.sourceDepth)", at: current.position)
        }
    }
}
