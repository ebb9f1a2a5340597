/// What `tokenizer_config.json` and `special_tokens_map.json` say about the roles of tokens.
public struct TokenRoles: Sendable, Equatable {
    /// Pieces.
    public var bos: String?
    public var eos: String?
    public var unknown: String?
    public var pad: String?
    /// Whether texts begin with `bos`; nil where the files leave it to `tokenizer.json`.
    public var addsBOS: Bool?
    /// Whether texts end with `eos`; nil where the files leave it to `tokenizer.json`.
    public var addsEOS: Bool?

    public init(
        bos: String? = nil, eos: String? = nil, unknown: String? = nil, pad: String? = nil, addsBOS: Bool? = nil,
        addsEOS: Bool? = nil
    ) {
        self.bos = bos
        self.eos = eos
        self.unknown = unknown
        self.pad = pad
        self.addsBOS = addsBOS
        self.addsEOS = addsEOS
    }

    /// Reads the roles from the files' bytes; where both name a token, `tokenizer_config.json` has the last word.
    ///
    /// - Throws: `TokenizerError` for broken JSON or a token that is neither a text nor an object with one.
    public init(config: [UInt8]?, specialTokensMap: [UInt8]? = nil) throws(TokenizerError) {
        self.init()
        for (bytes, name) in [(config, "tokenizer_config.json"), (specialTokensMap, "special_tokens_map.json")] {
            guard let bytes else { continue }
            do throws(TokenizerError) {
                try read(Spec(parsing: bytes))
            } catch {
                throw error.inFile(name)
            }
        }
    }

    private mutating func read(_ spec: Spec) throws(TokenizerError) {
        func token(_ key: String) throws(TokenizerError) -> String? {
            guard let found = spec.member(key) else { return nil }
            if let text = found.string { return text }
            return try found.string("content")
        }
        func flag(_ key: String) throws(TokenizerError) -> Bool? {
            spec.member(key) == nil ? nil : try spec.bool(key, default: false)
        }
        if bos == nil { bos = try token("bos_token") }
        if eos == nil { eos = try token("eos_token") }
        if unknown == nil { unknown = try token("unk_token") }
        if pad == nil { pad = try token("pad_token") }
        if addsBOS == nil { addsBOS = try flag("add_bos_token") }
        if addsEOS == nil { addsEOS = try flag("add_eos_token") }
    }
}

extension TokenizerError {
    /// The same error, of a file.
    func inFile(_ name: String?) -> TokenizerError {
        var error = self
        error.file = error.file ?? name
        return error
    }
}
