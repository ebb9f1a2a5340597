import Foundation

extension PageTimeline {
    /// The narrowest and the widest text that is made.
    private static let widths = 72...240
    /// More lines are no overview: steps are then merged.
    private static let mostLines = 60

    /// A summary, and a line per step or few steps.
    ///
    /// - Parameters:
    ///   - width: columns of the terminal.
    ///   - showsTables: whether the block tables after the last step follow.
    public func text(width: Int = 100, showsTables: Bool = false) -> String {
        let width = min(max(width, Self.widths.lowerBound), Self.widths.upperBound)
        var sections = [[summaryText]]
        if !steps.isEmpty { sections.append(timeline(width: width)) }
        if showsTables { sections.append(tables(width: width)) }
        return sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n")
    }

    private var summaryText: String {
        let summary = summary
        let pool = "\(counted(header.totalBlocks, "block")) of \(counted(header.blockSize, "token"))"
        var rows = ["\(modelName): \(Self.named(steps[...])), \(counted(summary.requests, "request")), \(pool)", ""]
        func add(_ name: String, _ value: String) {
            rows.append(name.padding(toLength: 18, withPad: " ", startingAt: 0) + value)
        }
        if let peak = summary.peak {
            let usage = usages[peak]
            let share = String(format: "%.1f", Double(usage.used) / Double(header.totalBlocks) * 100)
            add("most in use", "\(counted(usage.used, "block")), \(share) %, after step \(steps[peak].number)")
            let tables = counted(steps[peak].tables.count, "table")
            add("saved by sharing", "\(usage.saved) of \(usage.entries) blocks that its \(tables) would take alone")
        }
        add("copies", "\(summary.copies)")
        add("evictions", "\(summary.evictions)")
        add("preemptions", "\(summary.preemptions)")
        add("cached tokens", "\(summary.cachedTokens)")
        return rows.joined(separator: "\n")
    }

    private func timeline(width: Int) -> [String] {
        let perLine = isPart ? 1 : (steps.count + Self.mostLines - 1) / Self.mostLines
        // The more steps a line stands for, the more of what happened is counted rather than told.
        let limit = isPart ? Int.max : max(1, 4 - perLine)
        let starts = stride(from: 0, to: steps.count, by: perLine)
        let peak = usages.map(\.used).max() ?? 0
        // The events get what the numbers leave, a third of the line and more.
        let cells = header.totalBlocks <= width / 3 ? header.totalBlocks : width / 4
        let bar = PageBar(totalBlocks: header.totalBlocks, peak: peak, cells: cells)
        var table = TimelineColumns(width: width, barLength: bar.length)
        for start in starts {
            let end = min(start + perLine, steps.count)
            let usage = usages[end - 1]
            table.add(
                step: Self.numbers(steps[start..<end]), tokens: steps[start..<end].reduce(0) { $0 + $1.tokens },
                bar: bar.text(used: usage.used, shared: usage.shared), usage: usage,
                events: PageEvents(steps[start..<end]).words(limit: limit))
        }
        return [bar.legend, ""] + table.lines
    }
}
