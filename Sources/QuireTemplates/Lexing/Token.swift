/// A piece of a template.
struct Token: Sendable {
    enum Kind: Sendable {
        /// Text outside of tags.
        case text
        case outputStart
        case outputEnd
        case tagStart
        case tagEnd
        case name
        case string
        case integer
        case float
        case symbol
        case end
    }

    let kind: Kind
    /// The name, the symbol, the digits, or the text itself with its escapes resolved.
    let text: String
    let position: TemplatePosition

    func isName(_ name: String) -> Bool { kind == .name && text == name }

    func isSymbol(_ symbol: String) -> Bool { kind == .symbol && text == symbol }

    /// What the token is called in messages.
    var description: String {
        switch kind {
        case .text: "template data / text"
        case .outputStart: "begin of print statement"
        case .outputEnd: "end of print statement"
        case .tagStart: "begin of statement block"
        case .tagEnd: "end of statement block"
        case .name, .symbol: text
        case .string: "string"
        case .integer: "integer"
        case .float: "float"
        case .end: "end of template"
        }
    }
}
