extension PagePicture {
    func addAxes(to document: inout SVGDocument) {
        let faint = SVGDocument.Value.text(Palette.faintInk)
        let blocks = grid.rows * grid.blocksPerRow
        let blockStep = max(1, Int(Ticks.step(upTo: Double(blocks), count: max(1, min(8, Int(plotHeight / 24))))))
        for block in stride(from: 0, to: blocks, by: blockStep) {
            // The mark is at the middle of the block's row.
            let y = y(block / grid.blocksPerRow) + rowHeight / 2
            document.add(
                "line",
                [
                    "x1": .number(Self.left - 4), "x2": .number(Self.left + plotWidth), "y1": .number(y),
                    "y2": .number(y), "stroke": .text(Palette.grid),
                ])
            document.add(
                "text", ["x": .number(Self.left - 8), "y": .number(y + 4), "text-anchor": "end", "fill": faint],
                text: "\(block)")
        }
        document.add(
            "text",
            [
                "transform": .text("translate(30 \(SVGDocument.written(Self.top + plotHeight / 2))) rotate(-90)"),
                "text-anchor": "middle", "fill": .text(Palette.ink),
            ], text: "block (of \(timeline.header.totalBlocks))")
        document.add(
            "rect",
            [
                "x": .number(Self.left), "y": .number(Self.top), "width": .number(plotWidth),
                "height": .number(plotHeight), "fill": "none", "stroke": .text(Palette.grid),
            ])
        addStepAxis(to: &document)
    }

    /// Below the strip, which shares it.
    private func addStepAxis(to document: inout SVGDocument) {
        let y = ground + EventStrip.height
        let numbers = timeline.steps.map(\.number)
        let span = (numbers.last ?? 0) - (numbers.first ?? 0) + 1
        let tick = max(1, Int(Ticks.step(upTo: Double(span), count: max(1, min(12, Int(plotWidth / 56))))))
        for column in 0..<grid.columns {
            guard let number = numbers[steps(of: column..<(column + 1))].first(where: { $0 % tick == 0 }) else {
                continue
            }
            document.add(
                "text",
                [
                    "x": .number(x(column) + columnWidth / 2), "y": .number(y + 16), "text-anchor": "middle",
                    "fill": .text(Palette.faintInk),
                ], text: "\(number)")
        }
        let perColumn = grid.stepsPerColumn > 1 ? " (\(grid.stepsPerColumn) per column)" : ""
        document.add(
            "text",
            [
                "x": .number(Self.left + plotWidth / 2), "y": .number(y + 36), "text-anchor": "middle",
                "fill": .text(Palette.ink),
            ], text: "step" + perColumn)
    }

    // MARK: - Legend

    /// Requests in their colours, as many as there is room for, and what strong and pale mean.
    func addLegend(to document: inout SVGDocument) {
        var x = 20.0
        let meaning = "strong: shared, pale: in one sequence"
        let room = width - 40 - Double(meaning.count) * 6.4 - 90
        for (request, index) in colours.sorted(by: { $0.value < $1.value }) {
            let name = index == 0 ? "request \(request)" : "\(request)"
            if index >= Palette.count || x > room {
                let more = "and \(counted(colours.count - index, "more", "more")); colours repeat"
                document.add("text", ["x": .number(x), "y": 81, "fill": .text(Palette.faintInk)], text: more)
                x += Double(more.count) * 6.4 + 20
                break
            }
            for (offset, colour) in [Palette.strong(index), Palette.pale(index)].enumerated() {
                document.add(
                    "rect",
                    [
                        "x": .number(x + Double(offset) * 11), "y": 71, "width": 11, "height": 11,
                        "fill": .text(colour),
                    ])
            }
            document.add("text", ["x": .number(x + 27), "y": 81, "fill": .text(Palette.ink)], text: name)
            x += 27 + Double(name.count) * 6.8 + 16
        }
        document.add("text", ["x": .number(x + 6), "y": 81, "fill": .text(Palette.faintInk)], text: meaning)
    }
}
