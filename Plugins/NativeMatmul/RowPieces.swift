/// The rows of one weight or several, cut into pieces for the threads.
struct RowPieces: Sendable {
    /// Rows of one weight, counted as its kernel counts them.
    struct Piece {
        let matrix: Int
        let rows: Range<Int>
    }

    /// How a weight may be cut.
    struct Extent {
        let rows: Int
        let bytesPerRow: Int
        /// Rows that a kernel takes at once.
        let step: Int
    }

    private let pieces: [Piece]

    var count: Int { pieces.count }

    /// A few pieces a thread even out what a busy neighbour takes.
    private static let piecesPerThread = 4
    /// Fewer bytes are not worth a hand-over: a thread is to read memory in long runs.
    private static let leastBytes = 32 << 10

    init(_ extents: [Extent], threads: Int) {
        let bytes = extents.reduce(0) { $0 + $1.rows * $1.bytesPerRow }
        let share = max(Self.leastBytes, bytes / (threads * Self.piecesPerThread))
        pieces = extents.enumerated().flatMap { index, extent in
            let parts = max(1, (extent.rows * extent.bytesPerRow + share / 2) / share)
            let steps = (extent.rows + extent.step - 1) / extent.step
            let size = max(1, (steps + parts - 1) / parts) * extent.step
            return stride(from: 0, to: extent.rows, by: size).map {
                Piece(matrix: index, rows: $0..<min(extent.rows, $0 + size))
            }
        }
    }

    subscript(_ index: Int) -> Piece { pieces[index] }
}
