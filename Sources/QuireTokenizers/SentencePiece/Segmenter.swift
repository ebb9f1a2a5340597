/// Cuts normalized text into pieces.
protocol Segmenter: Sendable {
    /// The segments of `text`, in order, covering it.
    func segments(of text: UnsafeBufferPointer<UInt8>) -> [Segment]
}

/// A piece, and how much normalized text it covers.
struct Segment {
    /// The piece, or the unknown id.
    var id: TokenID
    /// In bytes.
    var length: Int32
}
