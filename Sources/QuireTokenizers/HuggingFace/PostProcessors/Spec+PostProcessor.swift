extension Spec {
    private static let postProcessors = [
        "BertProcessing", "ByteLevel", "RobertaProcessing", "Sequence", "TemplateProcessing",
    ]

    /// The tokens that this post-processor puts around one text.
    ///
    /// - Throws: `TokenizerError` that names the place and, for an unknown type, the known ones.
    func frame() throws(TokenizerError) -> TokenFrame {
        switch try kind() {
        case "Sequence":
            var frame = TokenFrame()
            for part in try list("processors") {
                let outer = try part.frame()
                frame.prefix = outer.prefix + frame.prefix
                frame.suffix += outer.suffix
            }
            return frame
        // It trims offsets, which here are always those of the text that a token stands for.
        case "ByteLevel": return TokenFrame()
        case "BertProcessing", "RobertaProcessing":
            return TokenFrame(prefix: [try pairID("cls")], suffix: [try pairID("sep")])
        case "TemplateProcessing": return try template()
        default: throw unknownKind(Self.postProcessors)
        }
    }

    /// The id of a member such as `["[SEP]", 102]`.
    private func pairID(_ key: String) throws(TokenizerError) -> TokenID {
        let pair = try required(key, "a token and its id")
        let parts = try pair.elements("a token and its id")
        guard parts.count == 2 else { throw pair.error("a token and its id") }
        return try parts[1].asID()
    }

    private func template() throws(TokenizerError) -> TokenFrame {
        let items = try list("single")
        var frame = TokenFrame()
        var hasText = false
        for item in items {
            if let sequence = item.member("Sequence") {
                guard try sequence.string("id") == "A", !hasText else {
                    throw sequence.error("the text, once, as \"A\"")
                }
                hasText = true
            } else {
                let token = try item.required("SpecialToken", "SpecialToken or Sequence")
                let name = try token.string("id")
                let found = try required("special_tokens", "the special tokens of the template")
                guard let entry = found.member(name) else {
                    throw token.error("a token of \(found.path)", value: "\"\(name)\"")
                }
                for id in try entry.list("ids") {
                    if hasText { frame.suffix.append(try id.asID()) } else { frame.prefix.append(try id.asID()) }
                }
            }
        }
        guard hasText || items.isEmpty else {
            throw TokenizerError(
                field: "\(path).single", value: "a template without the text", expected: "the text as \"A\"")
        }
        return frame
    }
}
