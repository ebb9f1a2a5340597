/// The names that somebody may have meant.
enum Suggestion {
    private static let most = 5

    /// The nearest of the known names, or all where they are few.
    static func text(for name: String, among known: some Collection<String>) -> String {
        let sorted = known.sorted()
        guard sorted.count > most else { return "known: \(sorted.joined(separator: ", "))" }
        let nearest = sorted.map { (distance: distance(name.lowercased(), $0.lowercased()), name: $0) }
            .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(most).map(\.name)
        return "the nearest of \(sorted.count) known: \(nearest.joined(separator: ", "))"
    }

    /// Insertions, deletions and replacements between two names (Levenshtein's distance).
    private static func distance(_ first: String, _ second: String) -> Int {
        // Names longer than this are nobody's.
        let (a, b) = (Array(first.utf8.prefix(200)), Array(second.utf8.prefix(200)))
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
