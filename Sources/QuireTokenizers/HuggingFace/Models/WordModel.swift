/// Cuts a word into pieces of a vocabulary.
protocol WordModel: Sendable {
    /// Pieces by id; a model may look up the same piece under several ids.
    var vocabulary: Vocabulary { get }
    /// Stands for what the vocabulary cannot spell; -1 where such text is dropped.
    var unknownID: TokenID { get }
    /// Whether an unknown token is shown as the text that it stands for, and not as its piece.
    var showsUnknownText: Bool { get }

    /// Appends the pieces of a word, in order. Their lengths add up to the word's; text that is dropped has the id -1.
    ///
    /// - Parameter scratch: buffers that serve one word after another.
    func append(_ word: UnsafeBufferPointer<UInt8>, to segments: inout [Segment], _ scratch: inout WordScratch)

    /// Where a part of `word` that starts at `start` ends so that cutting the parts on their own gives the same pieces.
    func endOfPart(of word: UnsafeBufferPointer<UInt8>, from start: Int) -> Int
}

extension WordModel {
    var showsUnknownText: Bool { false }

    func endOfPart(of word: UnsafeBufferPointer<UInt8>, from start: Int) -> Int { word.count }
}

/// Buffers of the models.
struct WordScratch {
    var symbols: [MergeSymbol] = []
    var agenda = MergeQueue()
    var paths: [UnigramPath<Double>] = []
}
