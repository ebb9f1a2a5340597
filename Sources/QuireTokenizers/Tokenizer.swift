/// The index of a piece in a vocabulary.
public typealias TokenID = Int32

/// Turns text into token ids and back.
///
/// A conforming type is immutable and may be used from any thread. `encode` and `decode` never fail: what the vocabulary
/// cannot spell becomes its unknown token, and ids outside the vocabulary add nothing to the text.
public protocol Tokenizer: Sendable {
    /// The number of ids; valid ids are `0 ..< vocabularySize`.
    var vocabularySize: Int { get }

    /// The ids with a role of their own, and which of them `encode` adds.
    var specialTokens: SpecialTokens { get }

    /// The ids of `text`, between the special tokens that `specialTokens` asks for if `addSpecialTokens` is true.
    func encode(_ text: String, addSpecialTokens: Bool) -> [TokenID]

    /// The ids of a text in which special tokens are spelled out, as chat templates write them; adds none.
    func encodeSpelledOut(_ text: String) -> [TokenID]

    /// As `encode`, with the piece and the place in `text` of every token.
    func encodeWithOffsets(_ text: String, addSpecialTokens: Bool) -> [EncodedToken]

    /// A decoder that takes ids one at a time and gives back text as soon as it is certain.
    ///
    /// - Parameters:
    ///   - skipSpecialTokens: Control tokens add nothing; otherwise they appear as the vocabulary spells them.
    ///   - continuing: The text goes on after a prompt, so its leading space is part of it.
    func makeTextDecoder(skipSpecialTokens: Bool, continuing: Bool) -> any TextDecoder

    /// The piece as the vocabulary spells it, or nil for an id outside the vocabulary.
    func piece(for id: TokenID) -> String?

    /// The bytes that a token adds to running text: none for a control token, one for a byte token.
    func bytes(for id: TokenID) -> [UInt8]

    /// The id of a piece spelled as the vocabulary spells it, compared byte for byte.
    func id(for piece: String) -> TokenID?

    /// Whether the token is a control token or the unknown token.
    func isSpecial(_ id: TokenID) -> Bool
}

extension Tokenizer {
    /// For tokenizers that find special tokens in every text.
    public func encodeSpelledOut(_ text: String) -> [TokenID] { encode(text, addSpecialTokens: false) }

    /// The text of `ids`.
    public func decode(_ ids: some Swift.Sequence<TokenID>, skipSpecialTokens: Bool = true) -> String {
        var decoder = makeTextDecoder(skipSpecialTokens: skipSpecialTokens, continuing: false)
        var text: [UInt8] = []
        text.reserveCapacity(4 * ids.underestimatedCount)
        for id in ids {
            decoder.append(id, to: &text)
        }
        decoder.finish(into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The ids of `text`, with the special tokens that `specialTokens` asks for.
    public func encode(_ text: String) -> [TokenID] {
        encode(text, addSpecialTokens: true)
    }
}

/// The ids with a role of their own, and which of them are added around an encoded text.
public struct SpecialTokens: Sendable, Equatable {
    public var bos: TokenID?
    public var eos: TokenID?
    public var unknown: TokenID?
    public var pad: TokenID?
    /// Whether `bos` is put before a text. Ignored where there is no `bos`.
    public var addsBOS: Bool
    /// Whether `eos` is put after a text. Ignored where there is no `eos`.
    public var addsEOS: Bool

    public init(
        bos: TokenID? = nil, eos: TokenID? = nil, unknown: TokenID? = nil, pad: TokenID? = nil,
        addsBOS: Bool = true, addsEOS: Bool = false
    ) {
        self.bos = bos
        self.eos = eos
        self.unknown = unknown
        self.pad = pad
        self.addsBOS = addsBOS
        self.addsEOS = addsEOS
    }
}

/// A token and where it comes from.
public struct EncodedToken: Sendable, Equatable {
    public var id: TokenID
    /// The piece. For the unknown token of SentencePiece and Unigram vocabularies, and for an added token that takes
    /// whitespace with it, the text that it stands for.
    public var piece: String
    /// UTF-8 offsets into the encoded text. Empty for special tokens, and for all but the last byte of a character that
    /// was spelled in bytes. Ranges never overlap and ascend.
    public var byteRange: Range<Int>

    public init(id: TokenID, piece: String, byteRange: Range<Int>) {
        self.id = id
        self.piece = piece
        self.byteRange = byteRange
    }
}

/// The state of decoding one stream of ids; a value, so that a copy is a checkpoint.
///
/// What it adds to `text` is whole UTF-8 characters that no later token can change.
public protocol TextDecoder: Sendable {
    /// Adds the new text that is certain once this token is known.
    mutating func append(_ id: TokenID, to text: inout [UInt8])

    /// Ends the stream: adds what was held back, with U+FFFD for bytes that never became a character.
    mutating func finish(into text: inout [UInt8])
}
