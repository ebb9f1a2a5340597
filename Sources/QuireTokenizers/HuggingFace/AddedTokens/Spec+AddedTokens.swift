extension Spec {
    /// The member `added_tokens`.
    ///
    /// - Throws: `TokenizerError` where an id or a content comes twice.
    func addedTokens() throws(TokenizerError) -> [AddedToken] {
        guard let list = member("added_tokens") else { return [] }
        var tokens: [AddedToken] = []
        var ids: [TokenID: String] = [:]
        for entry in try list.elements() {
            let isSpecial = try entry.bool("special", default: false)
            let token = AddedToken(
                id: try entry.required("id", "an id").asID(), content: try entry.string("content"),
                stripsLeft: try entry.bool("lstrip", default: false),
                stripsRight: try entry.bool("rstrip", default: false),
                isSingleWord: try entry.bool("single_word", default: false),
                isNormalized: try entry.bool("normalized", default: !isSpecial), isSpecial: isSpecial)
            if let known = ids[token.id] {
                guard known.utf8.elementsEqual(token.content.utf8) else {
                    throw entry.error(
                        "an id of its own", value: "\"\(token.content)\" with the id \(token.id) of \"\(known)\"")
                }
                continue
            }
            ids[token.id] = token.content
            if !token.content.isEmpty { tokens.append(token) }
        }
        return tokens
    }
}
