/// Encodes and decodes as the SentencePiece library does with the same model.
public struct SentencePieceTokenizer: Tokenizer {
    public let vocabulary: SentencePieceVocabulary
    public let kind: SentencePieceModel.Kind
    public let normalizer: NormalizerSpec
    public let specialTokens: SpecialTokens

    let textNormalizer: Normalizer
    let segmenter: any Segmenter
    /// What `encodeSpelledOut` finds in text before anything else.
    let controlPieces: ByteTrie?

    /// A tokenizer for a parsed `.model` file.
    ///
    /// - Parameters:
    ///   - addsBOS: Whether `encode` puts the model's `<s>` first; the file does not say. LLaMA does, T5 does not.
    ///   - addsEOS: Whether `encode` puts the model's `</s>` last.
    public init(model: SentencePieceModel, addsBOS: Bool = true, addsEOS: Bool = false) {
        var special = model.specialTokens
        special.addsBOS = addsBOS
        special.addsEOS = addsEOS
        self.init(
            checked: model.vocabulary, kind: model.kind, normalizer: model.normalizer, specialTokens: special)
    }

    /// A tokenizer for a vocabulary that comes from elsewhere, such as the metadata of a GGUF file.
    ///
    /// - Throws: `TokenizerError` where a special token is outside the vocabulary.
    public init(
        vocabulary: SentencePieceVocabulary, kind: SentencePieceModel.Kind, normalizer: NormalizerSpec,
        specialTokens: SpecialTokens
    ) throws(TokenizerError) {
        let roles: [(String, TokenID?)] = [
            ("bos", specialTokens.bos), ("eos", specialTokens.eos), ("unknown", specialTokens.unknown),
            ("pad", specialTokens.pad),
        ]
        for (role, id) in roles {
            guard let id, !vocabulary.contains(id) else { continue }
            throw TokenizerError(
                field: "specialTokens.\(role)", value: "\(id)", expected: "an id from 0 to \(vocabulary.count - 1)")
        }
        self.init(checked: vocabulary, kind: kind, normalizer: normalizer, specialTokens: specialTokens)
    }

    private init(
        checked vocabulary: SentencePieceVocabulary, kind: SentencePieceModel.Kind, normalizer: NormalizerSpec,
        specialTokens: SpecialTokens
    ) {
        self.vocabulary = vocabulary
        self.kind = kind
        self.normalizer = normalizer
        self.specialTokens = specialTokens
        let userDefined = vocabulary.pieces(of: .userDefined)
        controlPieces = vocabulary.pieces(of: .control)
        textNormalizer = Normalizer(normalizer, userDefined: userDefined)
        switch kind {
        case .bpe: segmenter = BPESegmenter(vocabulary, userDefined: userDefined)
        case .unigram: segmenter = UnigramSegmenter(vocabulary)
        }
    }

    public var vocabularySize: Int { vocabulary.count }

    public func piece(for id: TokenID) -> String? {
        vocabulary.contains(id) ? String(decoding: vocabulary.spelling(of: id), as: UTF8.self) : nil
    }

    public func id(for piece: String) -> TokenID? {
        let id = vocabulary.index.value(for: piece.utf8)
        return id < 0 ? nil : id
    }

    public func isSpecial(_ id: TokenID) -> Bool {
        let type = vocabulary.type(of: id)
        return type == .control || type == .unknown
    }

    public func bytes(for id: TokenID) -> [UInt8] {
        var bytes: [UInt8] = []
        switch vocabulary.type(of: id) {
        case nil, .control: break
        case .unknown: bytes = vocabulary.unknownSurface
        case .byte: bytes = [vocabulary.byte(of: id)]
        case .normal, .userDefined, .unused: vocabulary.appendSurface(of: id, to: &bytes)
        }
        return bytes
    }

    public func makeTextDecoder(skipSpecialTokens: Bool, continuing: Bool) -> any TextDecoder {
        SentencePieceDecoder(self, skipSpecialTokens: skipSpecialTokens, continuing: continuing)
    }
}

extension SentencePieceVocabulary {
    /// The pieces of a type, to be found in text, or nil if there are none.
    func pieces(of type: PieceType) -> ByteTrie? {
        let ids = types.indices.filter { types[$0] == type }
        if ids.isEmpty { return nil }
        var trie = ByteTrie()
        for id in ids {
            trie.insert(spelling(of: TokenID(id)), TokenID(id))
        }
        return trie
    }

    /// Adds the text of a piece: its spelling with spaces for U+2581.
    func appendSurface(of id: TokenID, droppingLeadingSpace: Bool = false, to text: inout [UInt8]) {
        let spelling = spelling(of: id)
        var index = spelling.startIndex + (droppingLeadingSpace ? Normalizer.space.count : 0)
        while index < spelling.endIndex {
            // U+2581 is E2 96 81; in UTF-8 its first byte is enough to know that two more follow.
            if spelling[index] == 0xE2, spelling[index + 1] == 0x96, spelling[index + 2] == 0x81 {
                text.append(0x20)
                index += 3
            } else {
                text.append(spelling[index])
                index += 1
            }
        }
    }
}
