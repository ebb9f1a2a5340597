/// Puts pieces back together as the SentencePiece library's `Decode` does, one token at a time.
struct SentencePieceDecoder: TextDecoder {
    private let vocabulary: SentencePieceVocabulary
    private let skipSpecialTokens: Bool
    /// Encoding removes every leading space, so decoding removes the one it adds from each token until text appears.
    private let dropsEveryLeadingSpace: Bool
    /// Whether the next token may still carry the space that encoding put in front.
    private var mayDropSpace: Bool
    private var hasText = false
    private var hasDroppedSpace = false
    /// Byte tokens that are not yet a character.
    private var pending: [UInt8] = []

    init(_ tokenizer: SentencePieceTokenizer, skipSpecialTokens: Bool, continuing: Bool) {
        let spec = tokenizer.normalizer
        vocabulary = tokenizer.vocabulary
        self.skipSpecialTokens = skipSpecialTokens
        dropsEveryLeadingSpace = spec.removeExtraWhitespaces
        mayDropSpace = !continuing && (spec.addDummyPrefix || spec.removeExtraWhitespaces)
    }

    mutating func append(_ id: TokenID, to text: inout [UInt8]) {
        guard let type = vocabulary.type(of: id) else { return }
        let start = text.count
        if type == .byte {
            pending.append(vocabulary.byte(of: id))
            movePending(to: &text, isFinal: false)
        } else {
            if !pending.isEmpty { movePending(to: &text, isFinal: true) }
            if hasDroppedSpace || hasText || text.count > start { mayDropSpace = false }
            appendSurface(of: id, type, to: &text)
        }
        if text.count > start { hasText = true }
    }

    mutating func finish(into text: inout [UInt8]) {
        movePending(to: &text, isFinal: true)
    }

    private mutating func appendSurface(of id: TokenID, _ type: PieceType, to text: inout [UInt8]) {
        hasDroppedSpace = false
        switch type {
        case .control:
            if !skipSpecialTokens { text += vocabulary.spelling(of: id) }
        case .unknown:
            text += vocabulary.unknownSurface
        default:
            let dropsSpace = mayDropSpace && vocabulary.spelling(of: id).starts(with: Normalizer.space)
            hasDroppedSpace = dropsSpace && !dropsEveryLeadingSpace
            vocabulary.appendSurface(of: id, droppingLeadingSpace: dropsSpace, to: &text)
        }
    }

    /// Moves whole characters, and U+FFFD for each byte that is part of none, from `pending` to `text`.
    private mutating func movePending(to text: inout [UInt8], isFinal: Bool) {
        UTF8Scan.moveCharacters(from: &pending, to: &text, isFinal: isFinal) { _, _ in 1 }
    }
}
