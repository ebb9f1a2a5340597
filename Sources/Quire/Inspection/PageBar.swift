/// A bar of the pool: blocks that are shared, blocks that are not, and free ones.
struct PageBar {
    static let shared: Character = "█"
    static let unshared: Character = "▒"
    static let free: Character = "·"

    /// Cells.
    let length: Int
    let blocksPerCell: Int
    let totalBlocks: Int

    /// A bar of all blocks, or, where that would show next to nothing, of as many as are ever in use.
    init(totalBlocks: Int, peak: Int, cells: Int) {
        self.totalBlocks = totalBlocks
        // In a pool that is used for less than a quarter the bar would hardly move.
        let shown = peak > 0 && peak < totalBlocks / 4 ? peak : totalBlocks
        blocksPerCell = max(1, (shown + cells - 1) / cells)
        length = max(1, min(cells, (totalBlocks + blocksPerCell - 1) / blocksPerCell))
    }

    /// What the characters mean, and how much a cell stands for.
    var legend: String {
        let scale = "a cell is \(counted(blocksPerCell, "block"))"
        let end = blocksPerCell * length
        let rest = end < totalBlocks ? ", the bar ends at \(end) of \(totalBlocks)" : ""
        return "\(Self.shared) shared  \(Self.unshared) in one sequence  \(Self.free) free   (\(scale)\(rest))"
    }

    /// Few blocks are more than none: what is there has a cell.
    func text(used: Int, shared: Int) -> String {
        let usedCells = min(length, (used + blocksPerCell - 1) / blocksPerCell)
        var sharedCells = min(usedCells, shared > 0 ? max(1, shared / blocksPerCell) : 0)
        if shared < used, sharedCells == usedCells, usedCells > 1 { sharedCells -= 1 }
        return String(repeating: Self.shared, count: sharedCells)
            + String(repeating: Self.unshared, count: usedCells - sharedCells)
            + String(repeating: Self.free, count: length - usedCells)
    }
}
