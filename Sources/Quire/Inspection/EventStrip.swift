/// Marks below the cells for what happened in each step.
struct EventStrip {
    private static let laneHeight = 18.0
    private static let gap = 10.0
    private static let lanes = ["prefix hits", "copies", "evictions", "preemptions"]
    static var height: Double { gap + Double(lanes.count) * laneHeight }

    let picture: PagePicture

    func add(to document: inout SVGDocument) {
        for (lane, name) in Self.lanes.enumerated() {
            let y = picture.ground + Self.gap + Double(lane) * Self.laneHeight
            document.add(
                "rect",
                [
                    "x": .number(PagePicture.left), "y": .number(y + 1), "width": .number(picture.plotWidth),
                    "height": .number(Self.laneHeight - 2), "fill": "#f5f6f9",
                ])
            document.add(
                "text",
                [
                    "x": .number(PagePicture.left - 8), "y": .number(y + 13), "text-anchor": "end",
                    "fill": .text(Palette.ink),
                ], text: name)
            document.group(["fill": .text(lane == 3 ? "#c0362c" : Palette.ink)]) { document in
                for column in 0..<picture.grid.columns { addMark(to: &document, lane: lane, column: column, y: y) }
            }
        }
    }

    private func addMark(to document: inout SVGDocument, lane: Int, column: Int, y: Double) {
        let steps = picture.timeline.steps[picture.steps(of: column..<(column + 1))]
        let words = Self.words(lane: lane, PageEvents(steps))
        guard !words.isEmpty else { return }
        // In the middle of its step, as wide as the step where that is narrow.
        let width = min(8, max(1, picture.columnWidth - 1))
        document.add(
            "rect",
            [
                "x": .number(picture.x(column) + (picture.columnWidth - width) / 2), "y": .number(y + 4),
                "width": .number(width), "height": .number(Self.laneHeight - 8), "rx": .number(min(2, width / 3)),
            ], hint: "\(PageTimeline.named(steps)): \(words.joined(separator: "; "))")
    }

    private static func words(lane: Int, _ events: PageEvents) -> [String] {
        let limit = 4
        return switch lane {
        case 0: events.prefixHits.admissionWords(limit)
        case 1: events.copyWords(limit)
        case 2: events.evictionWords(limit)
        default: events.preemptionWords(limit)
        }
    }
}
