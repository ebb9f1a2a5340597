/// A writing system, by its number in Unicode's list as the generated table has it.
struct Script: Sendable, Equatable {
    let index: Int

    var name: String { ScriptData.names[index] }

    /// The script of a name without case, spaces and underscores, or of its four-letter code, or nil.
    static func named(_ key: String) -> Script? {
        table.indices[key].map(Script.init)
    }

    static let common = Script.named("common")
    static let han = Script.named("han")
    static let hiragana = Script.named("hiragana")
    static let katakana = Script.named("katakana")

    /// The scalars that Unicode gives to this script.
    var ranges: ScalarRanges {
        ScalarRanges(Self.table.runs.filter { $0.script == index }.map(\.range))
    }

    /// The script of a scalar; nil where it has none.
    static func of(_ scalar: UInt32) -> Script? {
        let runs = table.runs
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].range.upperBound < scalar { low = middle + 1 } else { high = middle }
        }
        guard low < runs.count, runs[low].range.contains(scalar) else { return nil }
        return Script(index: runs[low].script)
    }

    private struct Table: Sendable {
        var indices: [String: Int] = [:]
        var runs: [(range: ClosedRange<UInt32>, script: Int)] = []
    }

    /// Each entry of the data is `start << 8 | script`; a run ends where the next starts, and 255 is no script.
    private static let table: Table = {
        var table = Table()
        for (index, name) in ScriptData.names.enumerated() {
            for key in name.split(separator: "/") {
                table.indices[UnicodeProperties.key(String(key))] = index
            }
        }
        let data = ScriptData.runs
        for (index, entry) in data.enumerated() where entry & 0xFF != 0xFF {
            let end = index + 1 < data.count ? data[index + 1] >> 8 : ScalarRanges.lastScalar + 1
            table.runs.append((entry >> 8...end - 1, Int(entry & 0xFF)))
        }
        return table
    }()
}
