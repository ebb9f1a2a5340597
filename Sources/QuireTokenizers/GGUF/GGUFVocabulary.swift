/// The vocabulary in the metadata of a GGUF file, in the words of its keys (`tokenizer.ggml.…`).
public struct GGUFVocabulary: Sendable {
    /// `llama`, `gpt2`, `t5` or `bert`.
    public var model: String
    /// How `gpt2` vocabularies cut text into words.
    public var pre: String?
    public var tokens: [String]
    public var scores: [Double]?
    /// As `PieceType` numbers them.
    public var tokenTypes: [Int]?
    public var merges: [String]?
    public var bosTokenID: Int?
    public var eosTokenID: Int?
    public var eotTokenID: Int?
    public var unknownTokenID: Int?
    public var separatorTokenID: Int?
    public var paddingTokenID: Int?
    public var addBOSToken: Bool?
    public var addEOSToken: Bool?
    public var addSpacePrefix: Bool?
    public var removeExtraWhitespaces: Bool?
    public var precompiledCharactersMap: [UInt8]?
    public var lowercase: Bool?
    public var stripAccents: Bool?

    public init(model: String, tokens: [String]) {
        self.model = model
        self.tokens = tokens
    }

    /// The kinds of vocabularies that there is a tokenizer for.
    public static let knownModels = ["bert", "gpt2", "llama", "t5"]

    /// A tokenizer for the vocabulary.
    ///
    /// - Throws: `TokenizerError` that names the key, the value and what is allowed.
    public func tokenizer() throws(TokenizerError) -> any Tokenizer {
        switch model {
        case "llama": return try sentencePiece(.bpe)
        case "t5": return try sentencePiece(.unigram)
        case "gpt2": return try byteLevel()
        case "bert": return try wordPiece()
        default:
            throw TokenizerError(
                field: "tokenizer.ggml.model", value: "unknown tokenizer '\(model)'",
                expected: "one of " + Self.knownModels.joined(separator: ", "))
        }
    }

    /// The ids of a role, where the vocabulary has it. Some writers say with another number that there is none.
    func role(_ id: Int?, default missing: Int? = nil) -> TokenID? {
        guard let id = id ?? missing, tokens.indices.contains(id) else { return nil }
        return TokenID(id)
    }

    /// The type of every piece.
    func types() throws(TokenizerError) -> [PieceType] {
        let field = "tokenizer.ggml.token_type"
        guard let tokenTypes else { return tokens.map { _ in .normal } }
        guard tokenTypes.count == tokens.count else {
            throw TokenizerError(field: field, value: "\(tokenTypes.count) types", expected: "\(tokens.count)")
        }
        var types: [PieceType] = []
        for (index, number) in tokenTypes.enumerated() {
            guard let type = PieceType(rawValue: Int32(clamping: number)) else {
                throw TokenizerError(field: "\(field)[\(index)]", value: "\(number)", expected: "a type from 1 to 6")
            }
            types.append(type)
        }
        return types
    }

    /// The pieces as a vocabulary by bytes.
    func pieces() throws(TokenizerError) -> Vocabulary {
        var vocabulary = Vocabulary(capacity: tokens.count)
        for (id, piece) in tokens.enumerated() where !piece.isEmpty {
            let known = vocabulary.id(of: piece)
            guard known < 0 else {
                throw TokenizerError(
                    field: "tokenizer.ggml.tokens[\(id)]",
                    value: "\(piece.debugDescription), which is \(known) already",
                    expected: "pieces that differ")
            }
            vocabulary.insert(Array(piece.utf8), id: TokenID(id))
        }
        return vocabulary
    }
}
