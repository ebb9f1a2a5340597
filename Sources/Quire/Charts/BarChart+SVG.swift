import Foundation

extension BarChart {
    /// Where things are, in pixels.
    private struct Layout {
        let barWidth = 46.0
        let barGap = 6.0
        let groupGap = 40.0
        let left = 64.0
        let top = 104.0
        let plotHeight = 280.0
        let groupWidth: Double
        let width: Double
        let height: Double
        /// The value at the top of the plot.
        let ceiling: Double
        let tickStep: Double

        init(_ chart: BarChart) {
            let bars = Double(max(1, chart.series.count))
            groupWidth = bars * barWidth + (bars - 1) * barGap
            let plotWidth = Double(chart.groups.count) * (groupWidth + groupGap)
            width = max(520, left + plotWidth + 24)
            height = top + plotHeight + 44
            // The labels over the bars need room as well.
            tickStep = Ticks.step(upTo: chart.tallest * 1.08, count: 6)
            ceiling = max(tickStep, (chart.tallest * 1.08 / tickStep).rounded(.up) * tickStep)
        }

        var ground: Double { top + plotHeight }
        func y(_ value: Double) -> Double { ground - value / ceiling * plotHeight }
        func x(group: Int, series: Int) -> Double {
            left + groupGap / 2 + Double(group) * (groupWidth + groupGap) + Double(series) * (barWidth + barGap)
        }
    }

    /// The chart as a picture that stands alone.
    public var svg: String {
        let layout = Layout(self)
        var document = SVGDocument(width: layout.width, height: layout.height, label: title)
        document.add(
            "text", ["x": 20, "y": 30, "font-size": 17, "font-weight": "600", "fill": .text(Palette.ink)], text: title)
        document.add("text", ["x": 20, "y": 50, "fill": .text(Palette.faintInk)], text: subtitle)
        addLegend(to: &document)
        addAxis(to: &document, layout)
        for group in groups.indices {
            for index in series.indices { addBar(to: &document, layout, group: group, series: index) }
            document.add(
                "text",
                [
                    "x": .number(layout.x(group: group, series: 0) + layout.groupWidth / 2),
                    "y": .number(layout.ground + 20), "text-anchor": "middle", "fill": .text(Palette.ink),
                ], text: groups[group])
        }
        return document.text
    }

    private func addLegend(to document: inout SVGDocument) {
        var x = 20.0
        func advance(past name: String) { x += 20 + Double(name.count) * 6.6 + 22 }
        for (index, series) in series.enumerated() {
            document.add(
                "rect",
                ["x": .number(x), "y": 66, "width": 13, "height": 13, "rx": 2, "fill": .text(Palette.strong(index))])
            document.add("text", ["x": .number(x + 20), "y": 77, "fill": .text(Palette.ink)], text: series.name)
            advance(past: series.name)
        }
        guard let markName else { return }
        addMark(to: &document, x: x, y: 72.5, width: 15)
        document.add("text", ["x": .number(x + 22), "y": 77, "fill": .text(Palette.ink)], text: markName)
    }

    private func addAxis(to document: inout SVGDocument, _ layout: Layout) {
        let steps = Int((layout.ceiling / layout.tickStep).rounded())
        for step in 0...steps {
            let value = Double(step) * layout.tickStep
            let y = layout.y(value)
            let colour = step == 0 ? Palette.faintInk : Palette.grid
            document.add(
                "line",
                [
                    "x1": .number(layout.left), "x2": .number(layout.width - 20), "y1": .number(y), "y2": .number(y),
                    "stroke": .text(colour),
                ])
            document.add(
                "text",
                [
                    "x": .number(layout.left - 8), "y": .number(y + 4), "text-anchor": "end",
                    "fill": .text(Palette.faintInk),
                ], text: "\(SVGDocument.written(value)) \(unit)")
        }
    }

    private func addBar(to document: inout SVGDocument, _ layout: Layout, group: Int, series index: Int) {
        let x = layout.x(group: group, series: index)
        let mark = mark(index, group)
        if let value = value(index, group) {
            let label = String(format: "%.1f", value)
            document.add(
                "rect",
                [
                    "x": .number(x), "y": .number(layout.y(value)), "width": .number(layout.barWidth),
                    "height": .number(layout.ground - layout.y(value)), "fill": .text(Palette.strong(index)),
                ], hint: "\(series[index].name), \(groups[group]): \(label) \(unit)")
            document.add(
                "text",
                [
                    "x": .number(x + layout.barWidth / 2), "y": .number(layout.y(max(value, mark ?? 0)) - 7),
                    "text-anchor": "middle", "font-weight": "600", "fill": .text(Palette.ink),
                ], text: label)
        }
        guard let mark, let markName else { return }
        addMark(
            to: &document, x: x - 2.5, y: layout.y(mark), width: layout.barWidth + 5,
            hint: "\(markName): \(SVGDocument.written(mark)) \(unit)")
    }

    /// A dark line with a light edge, which shows on a bar and beside it.
    private func addMark(to document: inout SVGDocument, x: Double, y: Double, width: Double, hint: String? = nil) {
        for (colour, thickness) in [("#ffffff", 4.5), (Palette.ink, 2.5)] {
            document.add(
                "line",
                [
                    "x1": .number(x), "x2": .number(x + width), "y1": .number(y), "y2": .number(y),
                    "stroke": .text(colour), "stroke-width": .number(thickness),
                ], hint: hint)
        }
    }
}
