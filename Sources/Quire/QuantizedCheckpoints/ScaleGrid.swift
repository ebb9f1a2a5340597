/// Which scale an element has: one for the whole weight, for each row, or for each block of rows and columns.
struct ScaleGrid: Sendable {
    /// What shapes may be, for messages.
    static let valid = "one element, [rows], [rows, 1], [rows, groups] with groups of a multiple of 32"

    private let rowsPerScale: Int
    private let columnsPerScale: Int
    private let scalesPerRow: Int

    /// Reads it from the shape of the scales, or gives nil where that fits no grid.
    ///
    /// - Parameter block: rows and columns that share a scale, where the configuration says so.
    init?(scales: [Int], rows: Int, columns: Int, block: ScaleBlock?) {
        if scales.allSatisfy({ $0 == 1 }) {
            (rowsPerScale, columnsPerScale, scalesPerRow) = (rows, columns, 1)
        } else if scales == [rows] || scales == [rows, 1] {
            (rowsPerScale, columnsPerScale, scalesPerRow) = (1, columns, 1)
        } else if let block, scales == [(rows - 1) / block.rows + 1, (columns - 1) / block.columns + 1] {
            (rowsPerScale, columnsPerScale, scalesPerRow) = (block.rows, block.columns, scales[1])
        } else if scales.count == 2, scales[0] == rows, scales[1] > 0, columns % scales[1] == 0,
            columns / scales[1] % 32 == 0
        {
            (rowsPerScale, columnsPerScale, scalesPerRow) = (1, columns / scales[1], scales[1])
        } else {
            return nil
        }
    }

    func index(row: Int, column: Int) -> Int {
        row / rowsPerScale * scalesPerRow + column / columnsPerScale
    }
}
