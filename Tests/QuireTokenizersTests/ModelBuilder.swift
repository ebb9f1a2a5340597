import QuireTokenizers

/// Writes small SentencePiece models, wrong ones included.
struct ModelBuilder {
    typealias Piece = (spelling: String, score: Float, type: PieceType)

    /// `<unk>`, `<s>`, `</s>`.
    static let basics: [Piece] = [("<unk>", 0, .unknown), ("<s>", 0, .control), ("</s>", 0, .control)]
    static let bytes: [Piece] = (0...255).map { value in
        let digits = String(value, radix: 16, uppercase: true)
        return ("<0x\(digits.count == 1 ? "0" : "")\(digits)>", 0, .byte)
    }

    var pieces: [Piece] = Self.basics
    var kind: Int = 2
    var byteFallback = false
    var normalizer: [UInt8] = [0x18, 0, 0x20, 0]  // add_dummy_prefix and remove_extra_whitespaces off
    var extra: [UInt8] = []

    /// A tokenizer whose text is taken as it is, but for spaces.
    static func tokenizer(
        _ pieces: [Piece], kind: SentencePieceModel.Kind = .bpe, addDummyPrefix: Bool = false
    ) throws -> SentencePieceTokenizer {
        let all = basics + pieces
        let vocabulary = try SentencePieceVocabulary(
            pieces: all.map(\.spelling), scores: all.map(\.score), types: all.map(\.type))
        return try SentencePieceTokenizer(
            vocabulary: vocabulary, kind: kind, normalizer: NormalizerSpec(addDummyPrefix: addDummyPrefix),
            specialTokens: SpecialTokens(bos: 1, eos: 2, unknown: 0))
    }

    func build() -> [UInt8] {
        var model: [UInt8] = []
        for piece in pieces {
            var message = Self.field(1, Array(piece.spelling.utf8))
            message.append(0x15)
            message += (0..<4).map { UInt8(truncatingIfNeeded: piece.score.bitPattern >> UInt32(8 * $0)) }
            message += [0x18, UInt8(piece.type.rawValue)]
            model += Self.field(1, message)
        }
        let fallback: [UInt8] = byteFallback ? [0x98, 0x02, 1] : []
        model += Self.field(2, [0x18, UInt8(kind)] + fallback)
        model += Self.field(3, normalizer)
        return model + extra
    }

    /// A length-delimited field.
    static func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
        varint(number << 3 | 2) + varint(bytes.count) + bytes
    }

    static func varint(_ value: Int) -> [UInt8] {
        value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7F | 0x80)] + varint(value >> 7)
    }
}
