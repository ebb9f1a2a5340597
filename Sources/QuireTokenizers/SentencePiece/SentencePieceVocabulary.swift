/// The pieces of a SentencePiece model: what each is spelled, scored and for.
///
/// Pieces are kept and compared as bytes: canonically equivalent spellings are different pieces.
public struct SentencePieceVocabulary: Sendable {
    private let spelling: [UInt8]
    /// Where each piece starts in `spelling`, and the end of the last.
    private let starts: [Int]
    let scores: [Float]
    let types: [PieceType]
    /// Piece → id, for every type.
    let index: ByteTrie
    /// The one piece of type `unknown`.
    public let unknownID: TokenID
    /// The ids of `<0x00>` to `<0xFF>`, or nil where the vocabulary has no bytes.
    let byteIDs: [TokenID]?
    /// The text that the unknown token decodes to.
    let unknownSurface: [UInt8]

    /// The longest piece allowed, in bytes.
    public static let maxPieceLength = 7_999

    /// - Parameters:
    ///   - pieces: Spellings, in the order of ids, with U+2581 for a space.
    ///   - scores: Log probabilities (Unigram) or merge ranks (BPE: higher first); finite.
    ///   - types: What each piece is for.
    ///   - unknownID: The unknown piece, whatever its type; every other piece of type unknown is then unused. GGUF files
    ///     need it, since they mark padding as unknown. Nil where the types tell.
    ///   - unknownSurface: The text that the unknown token decodes to.
    /// - Throws: `TokenizerError` where the counts differ, a piece is empty, too long or there twice, a score is not
    ///   finite, there is not exactly one unknown piece, or some but not all 256 bytes are there.
    public init(
        pieces: [String], scores: [Float], types: [PieceType], unknownID: TokenID? = nil,
        unknownSurface: String = " \u{2047} "
    ) throws(TokenizerError) {
        guard !pieces.isEmpty, pieces.count < Int(Int32.max) else {
            throw TokenizerError(field: "pieces", value: "\(pieces.count) pieces", expected: "1 to 2^31 - 2 pieces")
        }
        guard scores.count == pieces.count else {
            throw TokenizerError(field: "scores", value: "\(scores.count) values", expected: "\(pieces.count)")
        }
        guard types.count == pieces.count else {
            throw TokenizerError(field: "types", value: "\(types.count) values", expected: "\(pieces.count)")
        }
        guard pieces.reduce(0, { $0 + $1.utf8.count }) < ByteTrie.maxNodes else {
            throw TokenizerError(field: "pieces", value: "256 MiB of text or more", expected: "less")
        }
        var types = try Self.types(types, unknownID: unknownID)
        var starts = [0]
        var spelling: [UInt8] = []
        var index = ByteTrie()
        for (id, piece) in pieces.enumerated() {
            try Self.check(piece, score: scores[id], at: id)
            let bytes = Array(piece.utf8)
            let previous = index.insert(bytes, TokenID(id))
            guard previous < 0 else {
                throw TokenizerError(
                    field: "pieces[\(id)]", value: "\(piece.debugDescription), which piece \(previous) is already",
                    expected: "pieces that differ")
            }
            if bytes.contains(0) { try Self.retireNull(bytes, at: id, in: &types) }
            spelling += bytes
            starts.append(spelling.count)
        }
        self.scores = scores
        self.types = types
        self.spelling = spelling
        self.starts = starts
        self.index = index
        self.unknownSurface = Array(unknownSurface.utf8)
        self.unknownID = try Self.unknown(among: types)
        byteIDs = try Self.bytes(index, types)
    }

    public var count: Int { types.count }

    /// Whether text that no piece spells is written in byte pieces.
    public var hasByteFallback: Bool { byteIDs != nil }

    /// The bytes that spell a piece.
    func spelling(of id: TokenID) -> ArraySlice<UInt8> {
        spelling[starts[Int(id)]..<starts[Int(id) + 1]]
    }

    func contains(_ id: TokenID) -> Bool {
        id >= 0 && Int(id) < count
    }

    public func type(of id: TokenID) -> PieceType? {
        contains(id) ? types[Int(id)] : nil
    }

    public func score(of id: TokenID) -> Float? {
        contains(id) ? scores[Int(id)] : nil
    }
}
