/// What a piece is for; numbered as in `sentencepiece_model.proto` and in GGUF's `tokenizer.ggml.token_type`.
public enum PieceType: Int32, Sendable, CaseIterable {
    /// Text.
    case normal = 1
    /// Stands for text that the vocabulary cannot spell; every vocabulary has exactly one.
    case unknown = 2
    /// Added by callers, such as `<s>`; never found in text.
    case control = 3
    /// Found in text before anything else, longest first.
    case userDefined = 4
    /// Never produced; a BPE merge that leads here is taken apart again.
    case unused = 5
    /// One byte, spelled `<0x00>` to `<0xFF>`.
    case byte = 6

    /// Whether text can be matched against the piece itself.
    var isText: Bool {
        self == .normal || self == .userDefined || self == .unused
    }
}
