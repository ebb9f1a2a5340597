/// The timeline's lines: numbers in columns, and events that go on below their own beginning.
struct TimelineColumns {
    private let width: Int
    private var rows: [[String]]
    private var events: [[String]] = [["EVENTS"]]
    private static let gap = "  "

    init(width: Int, barLength: Int) {
        self.width = width
        let pool = "POOL" + String(repeating: " ", count: max(0, barLength - 4))
        rows = [["STEP", "TOKENS", pool, "USED", "SHARED", "FREE"]]
    }

    mutating func add(step: String, tokens: Int, bar: String, usage: PageUsage, events words: [String]) {
        rows.append([step, "\(tokens)", bar, "\(usage.used)", "\(usage.shared)", "\(usage.free)"])
        events.append(words)
    }

    var lines: [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        let left = widths.reduce(0, +) + Self.gap.count * widths.count
        return zip(rows, events).flatMap { row, words in
            let cells = zip(row, widths).map { String(repeating: " ", count: $1 - $0.count) + $0 }
            let numbers = cells.joined(separator: Self.gap)
            let wrapped = Self.wrap(words.joined(separator: "; "), to: max(20, width - left))
            guard let first = wrapped.first else { return [numbers] }
            let below = wrapped.dropFirst().map { String(repeating: " ", count: left) + $0 }
            return [numbers + Self.gap + first] + below
        }
    }

    /// Lines of words; a word that is too long has a line of its own.
    static func wrap(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
