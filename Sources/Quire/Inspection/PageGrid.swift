/// Which request holds each block over time, as runs of equal cells.
///
/// A cell is one block after one step, or, in large traces, several of both; it then shows what most of its blocks in
/// use are, so that nothing that was ever in use vanishes.
package struct PageGrid {
    /// What a cell shows.
    package struct Holder: Hashable {
        /// The first request with the block in a table; `nil` where no table has it.
        package let request: Int?
        /// Whether several table entries refer to the block.
        package let isShared: Bool
    }

    /// Neighbouring cells of a row with the same holder.
    package struct Run: Equatable {
        package let row: Int
        package var columns: Range<Int>
        package let holder: Holder
        /// Most references to a block of the run.
        package var references: Int
    }

    /// Cells of one block or step would be thinner than a pixel beyond this.
    static let mostCells = 600

    package let blocksPerRow: Int
    package let stepsPerColumn: Int
    package let rows: Int
    package let columns: Int
    package private(set) var runs: [Run] = []

    package init(_ steps: [PageTrace.Step]) {
        let highest = steps.lazy.flatMap(\.references).map { Int($0.block) }.max() ?? 0
        blocksPerRow = highest / Self.mostCells + 1
        stepsPerColumn = max(1, (steps.count + Self.mostCells - 1) / Self.mostCells)
        rows = highest / blocksPerRow + 1
        columns = (steps.count + stepsPerColumn - 1) / stepsPerColumn
        var open: [Int: Run] = [:]
        for column in 0..<columns {
            let start = column * stepsPerColumn
            let cells = self.cells(of: steps[start..<min(start + stepsPerColumn, steps.count)])
            for (row, cell) in cells {
                if var run = open[row], run.columns.upperBound == column, run.holder == cell.holder {
                    run.columns = run.columns.lowerBound..<(column + 1)
                    run.references = max(run.references, cell.references)
                    open[row] = run
                } else {
                    if let ended = open[row] { runs.append(ended) }
                    open[row] = Run(
                        row: row, columns: column..<(column + 1), holder: cell.holder, references: cell.references)
                }
            }
        }
        runs += open.values
        // Dictionaries have no order, and the same trace shall give the same picture.
        runs.sort { ($0.row, $0.columns.lowerBound) < ($1.row, $1.columns.lowerBound) }
    }

    /// The blocks of a row.
    func blocks(ofRow row: Int) -> ClosedRange<Int> { row * blocksPerRow...(row + 1) * blocksPerRow - 1 }

    // MARK: - One column

    private struct Cell {
        let holder: Holder
        let references: Int
    }

    private struct Tally {
        var counts: [Holder: Int] = [:]
        var references = 0
    }

    private func cells(of steps: ArraySlice<PageTrace.Step>) -> [Int: Cell] {
        var tallies: [Int: Tally] = [:]
        for step in steps {
            let owners = Self.owners(in: step)
            for reference in step.references {
                let holder = Holder(request: owners[reference.block], isShared: reference.count > 1)
                let row = Int(reference.block) / blocksPerRow
                tallies[row, default: Tally()].counts[holder, default: 0] += 1
                tallies[row, default: Tally()].references = max(tallies[row]?.references ?? 0, reference.count)
            }
        }
        return tallies.compactMapValues { tally in
            let most = tally.counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
            return most.map { Cell(holder: $0.key, references: tally.references) }
        }
    }

    private static func owners(in step: PageTrace.Step) -> [BlockID: Int] {
        var owners: [BlockID: Int] = [:]
        for table in step.tables {
            for block in table.blocks { owners[block] = min(owners[block] ?? table.request, table.request) }
        }
        return owners
    }
}

extension PageGrid.Holder: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        (left.request ?? -1, left.isShared ? 1 : 0) < (right.request ?? -1, right.isShared ? 1 : 0)
    }
}
