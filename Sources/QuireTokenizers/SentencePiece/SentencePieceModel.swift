#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A parsed SentencePiece `.model` file.
///
/// Source of the layout: `sentencepiece_model.proto`.
public struct SentencePieceModel: Sendable {
    /// How a model cuts text into pieces; numbered as in `sentencepiece_model.proto`.
    public enum Kind: Int32, Sendable {
        /// The most probable sequence of pieces.
        case unigram = 1
        /// The best pair of neighbours is merged until none is left.
        case bpe = 2
    }

    public let kind: Kind
    public let vocabulary: SentencePieceVocabulary
    public let normalizer: NormalizerSpec
    /// The ids of the model's `<s>`, `</s>`, `<unk>` and `<pad>`; a role is nil where no control piece plays it.
    public let specialTokens: SpecialTokens

    /// Reads a model from a file.
    ///
    /// - Throws: `TokenizerError` where the file cannot be read or is not a model that this tokenizer can follow exactly.
    public init(contentsOf path: String) throws(TokenizerError) {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch {
            throw TokenizerError(
                file: path, field: "file", value: "unreadable (\(error))", expected: "a readable SentencePiece model")
        }
        try self.init(bytes: Array(data), name: path)
    }

    /// Reads a model from memory.
    ///
    /// - Parameter name: Names the bytes in errors.
    /// - Throws: `TokenizerError`.
    public init(bytes: [UInt8], name: String? = nil) throws(TokenizerError) {
        do throws(TokenizerError) {
            self = try Self.parse(bytes)
        } catch {
            var named = error
            named.file = name
            throw named
        }
    }

    init(kind: Kind, vocabulary: SentencePieceVocabulary, normalizer: NormalizerSpec, specialTokens: SpecialTokens) {
        self.kind = kind
        self.vocabulary = vocabulary
        self.normalizer = normalizer
        self.specialTokens = specialTokens
    }
}
