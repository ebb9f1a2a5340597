#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension HuggingFaceTokenizer {
    /// Reads a `tokenizer.json`.
    ///
    /// - Parameter roles: what the files beside it say about roles.
    /// - Throws: `TokenizerError` where the file cannot be read or asks for something that is not known.
    public init(contentsOf path: String, roles: TokenRoles = TokenRoles()) throws(TokenizerError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw TokenizerError(
                file: path, field: "file", value: "unreadable (\(error))", expected: "a readable tokenizer.json")
        }
        try self.init(json: Array(data), roles: roles, name: path)
    }

    /// Reads a `tokenizer.json` from memory.
    ///
    /// - Parameter name: Names the bytes in errors.
    /// - Throws: `TokenizerError`.
    public init(json: [UInt8], roles: TokenRoles = TokenRoles(), name: String? = nil) throws(TokenizerError) {
        do throws(TokenizerError) {
            try self.init(Spec(parsing: json), roles)
        } catch {
            throw error.inFile(name)
        }
    }

    private init(_ spec: Spec, _ roles: TokenRoles) throws(TokenizerError) {
        guard case .object = spec.json else { throw spec.error("an object with a model") }
        var warnings: [String] = []
        for key in ["truncation", "padding"] where spec.member(key) != nil {
            warnings.append("\(key) is left out: texts are encoded whole")
        }
        let added = try spec.addedTokens()
        let model = try spec.required("model", "an object with a type").model(
            addedID: { piece in added.first { $0.content == piece }?.id ?? -1 }, warnings: &warnings)
        try Self.check(added, model.vocabulary)
        let normalizer = try spec.member("normalizer").map { spec throws(TokenizerError) in try spec.normalizer() }
        let parts = Parts(
            normalizer: normalizer,
            preTokenizer: try spec.member("pre_tokenizer").map { spec throws(TokenizerError) in try spec.preTokenizer()
            },
            model: model, addedTokens: AddedTokens(added, normalizer: normalizer),
            frame: try spec.member("post_processor").map { spec throws(TokenizerError) in try spec.frame() }
                ?? TokenFrame(),
            decoder: try spec.member("decoder").map { spec throws(TokenizerError) in try spec.decoder() }
                ?? SpacedDecoder())
        self = try HuggingFaceTokenizer(parts, specialTokens: SpecialTokens(), warnings: warnings).applying(roles)
    }

    /// An added token may be a piece of the model with the same id, or have an id of its own.
    private static func check(_ added: [AddedToken], _ vocabulary: Vocabulary) throws(TokenizerError) {
        for (index, token) in added.enumerated() {
            let known = vocabulary.id(of: token.content)
            let field = "added_tokens[\(index)].id"
            if known >= 0, known != token.id {
                throw TokenizerError(
                    field: field, value: "\(token.id)",
                    expected: "\(known), which \"\(token.content)\" has in the model")
            }
            if known < 0, vocabulary.contains(token.id) {
                let piece = String(decoding: vocabulary.piece(token.id), as: UTF8.self)
                throw TokenizerError(
                    field: field, value: "\(token.id), which is \"\(piece)\" in the model", expected: "an id of its own"
                )
            }
        }
    }

    /// The same tokenizer with the roles that the files beside it give.
    private func applying(_ roles: TokenRoles) throws(TokenizerError) -> HuggingFaceTokenizer {
        func id(_ piece: String?) -> TokenID? { piece.flatMap(id(for:)) }
        var parts = parts
        var special = SpecialTokens(
            bos: id(roles.bos), eos: id(roles.eos),
            unknown: id(roles.unknown) ?? (parts.model.unknownID < 0 ? nil : parts.model.unknownID), pad: id(roles.pad))
        if let bos = special.bos, let adds = roles.addsBOS {
            if adds, parts.frame.prefix.first != bos { parts.frame.prefix.insert(bos, at: 0) }
            if !adds, parts.frame.prefix.first == bos { parts.frame.prefix.removeFirst() }
        }
        if let eos = special.eos, let adds = roles.addsEOS {
            if adds, parts.frame.suffix.last != eos { parts.frame.suffix.append(eos) }
            if !adds, parts.frame.suffix.last == eos { parts.frame.suffix.removeLast() }
        }
        special.addsBOS = special.bos.map(parts.frame.prefix.contains) ?? false
        special.addsEOS = special.eos.map(parts.frame.suffix.contains) ?? false
        let tokenizer = HuggingFaceTokenizer(parts, specialTokens: special, warnings: warnings)
        for id in parts.frame.prefix + parts.frame.suffix where tokenizer.piece(for: id) == nil {
            throw TokenizerError(
                field: "post_processor", value: "a template with the id \(id)", expected: "ids of the vocabulary")
        }
        return tokenizer
    }
}
