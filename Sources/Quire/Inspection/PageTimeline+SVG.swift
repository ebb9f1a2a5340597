extension PageTimeline {
    /// The timeline as a picture that stands alone: steps to the right, blocks upwards, each in the colour of the
    /// request that holds it, and below them a strip of events.
    public var svg: String { PagePicture(self).text }
}

/// Where the parts of the picture are, in pixels, and what is common to them.
struct PagePicture {
    static let left = 96.0
    static let top = 104.0
    private static let widest = 868.0
    private static let tallest = 600.0

    let timeline: PageTimeline
    let grid: PageGrid
    /// The place of each request's colour, in the order in which requests appear.
    let colours: [Int: Int]
    let columnWidth: Double
    let rowHeight: Double
    let width = left + widest + 20

    init(_ timeline: PageTimeline) {
        self.timeline = timeline
        grid = PageGrid(timeline.steps)
        columnWidth = min(60, Self.widest / Double(max(1, grid.columns)))
        // Whole pixels, so that all rows are equally high.
        rowHeight = min(9, max(1, (Self.tallest / Double(grid.rows)).rounded(.down)))
        var colours: [Int: Int] = [:]
        for request in timeline.steps.lazy.flatMap(\.tables).map(\.request) where colours[request] == nil {
            colours[request] = colours.count
        }
        self.colours = colours
    }

    var plotWidth: Double { Double(max(1, grid.columns)) * columnWidth }
    var plotHeight: Double { Double(grid.rows) * rowHeight }
    var ground: Double { Self.top + plotHeight }
    func x(_ column: Int) -> Double { Self.left + Double(column) * columnWidth }
    /// The upper edge of a row; block 0 is at the bottom.
    func y(_ row: Int) -> Double { ground - Double(row + 1) * rowHeight }

    var text: String {
        var document = SVGDocument(width: width, height: ground + EventStrip.height + 48, label: title)
        document.add(
            "text", ["x": 20, "y": 30, "font-size": 17, "font-weight": "600", "fill": .text(Palette.ink)], text: title)
        document.add("text", ["x": 20, "y": 50, "fill": .text(Palette.faintInk)], text: subtitle)
        addLegend(to: &document)
        addAxes(to: &document)
        addCells(to: &document)
        EventStrip(picture: self).add(to: &document)
        return document.text
    }

    private var title: String {
        "Pages of the KV cache: \(timeline.modelName), \(counted(timeline.header.totalBlocks, "block")) of "
            + counted(timeline.header.blockSize, "token")
    }

    private var subtitle: String {
        let summary = timeline.summary
        guard let peak = summary.peak else { return "no steps" }
        let usage = timeline.usages[peak]
        return
            "\(PageTimeline.named(timeline.steps[...])), \(counted(summary.requests, "request")); at most \(usage.used) in use, "
            + "after step \(timeline.steps[peak].number), where sharing saves \(usage.saved) of \(usage.entries) blocks"
    }

    // MARK: - Cells

    private func addCells(to document: inout SVGDocument) {
        let holders = Dictionary(grouping: grid.runs, by: \.holder).sorted { $0.key < $1.key }
        // A hair between rows tells blocks apart where there is room for one.
        let height = rowHeight >= 4 ? rowHeight - 1 : rowHeight
        for (holder, runs) in holders {
            document.group(["fill": .text(colour(of: holder)), "shape-rendering": "crispEdges"]) { document in
                for run in runs {
                    document.add(
                        "rect",
                        [
                            "x": .number(x(run.columns.lowerBound)), "y": .number(y(run.row)),
                            "width": .number(Double(run.columns.count) * columnWidth), "height": .number(height),
                        ], hint: hint(run))
                }
            }
        }
    }

    func colour(of holder: PageGrid.Holder) -> String {
        guard let index = holder.request.flatMap({ colours[$0] }) else { return Palette.grey }
        return holder.isShared ? Palette.strong(index) : Palette.pale(index)
    }

    private func hint(_ run: PageGrid.Run) -> String {
        let blocks = grid.blocks(ofRow: run.row)
        let name = blocks.count == 1 ? "block \(blocks.lowerBound)" : "blocks \(blocks.lowerBound)–\(blocks.upperBound)"
        let steps = timeline.steps[self.steps(of: run.columns)]
        let holder = run.holder.request.map { "request \($0)" } ?? "no sequence"
        let shared = run.holder.isShared ? ", shared, \(run.references) references at most" : ""
        return "\(name), \(PageTimeline.named(steps)): \(holder)\(shared)"
    }

    /// The steps that a range of columns stands for, as indices.
    func steps(of columns: Range<Int>) -> Range<Int> {
        columns.lowerBound * grid.stepsPerColumn..<min(timeline.steps.count, columns.upperBound * grid.stepsPerColumn)
    }
}
