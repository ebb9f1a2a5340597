extension PageTimeline {
    /// The block tables after the last step that is shown; `5×3` is block 5 with three references.
    func tables(width: Int) -> [String] {
        guard let step = steps.last, let usage = usages.last else { return ["no steps, no block tables"] }
        guard !step.tables.isEmpty else { return ["no block tables after step \(step.number)"] }
        let counts = Dictionary(step.references.map { ($0.block, $0.count) }) { first, _ in first }
        let heading =
            "block tables after step \(step.number): \(counted(usage.entries, "entry", "entries")) on "
            + "\(counted(usage.used, "block"))   (5×3: block 5, with 3 references)"
        var rows = [["REQUEST", "BRANCH", "TOKENS", "COMPUTED"]]
        for table in step.tables {
            rows.append([table.request, table.branch, table.tokens, table.computed].map { "\($0)" })
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let left = widths.reduce(0) { $0 + $1 + 2 }
        let blocks = [["BLOCKS"]] + step.tables.map { Self.runs(of: $0.blocks, counts: counts) }
        return [heading, ""]
            + zip(rows, blocks).flatMap { row, words in
                let numbers = zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 + "  " }.joined()
                let wrapped = TimelineColumns.wrap(words.joined(separator: " "), to: max(20, width - left))
                let below = wrapped.dropFirst().map { String(repeating: " ", count: left) + $0 }
                return [numbers + (wrapped.first ?? "")] + below
            }
    }

    /// The blocks of a table, neighbours with the same number of references as one: "3–7×4 9".
    private static func runs(of blocks: [BlockID], counts: [BlockID: Int]) -> [String] {
        let counts = blocks.map { counts[$0] ?? 1 }
        var start = 0
        var words: [String] = []
        while start < blocks.count {
            var end = start + 1
            while end < blocks.count, counts[end] == counts[start] { end += 1 }
            let sign = counts[start] > 1 ? "×\(counts[start])" : ""
            words += PageEvents.ranges(blocks[start..<end].map(Int.init)).map { $0 + sign }
            start = end
        }
        return words
    }
}
