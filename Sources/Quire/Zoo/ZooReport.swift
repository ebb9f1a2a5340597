import Foundation
import QuireCore
import QuireJSON

/// The matrix: what every entry did in every column.
public struct ZooReport: Sendable {
    public let entries: [ZooEntry]
    public let columns: [ZooColumn]
    /// Of the entries whose files are there, by entry and then by column.
    public let cells: [ZooCell]
    /// The instruction set and the threads that it ran with.
    public let cpu: String
    public let threads: Int
    public let seconds: Double
    let architectures: [String]

    init(
        entries: [ZooEntry], columns: [ZooColumn], cells: [ZooCell], registry: PluginRegistry, threads: Int,
        seconds: Double
    ) {
        self.entries = entries
        self.columns = columns
        self.cells = cells
        self.threads = threads
        self.seconds = seconds
        cpu = (try? Kernels(named: ProcessInfo.processInfo.environment["QUIRE_CPU"]).name) ?? "unknown"
        architectures = registry.architectures.names
    }

    /// Entries that ran, in order.
    public var rows: [(entry: ZooEntry, cells: [ZooCell])] {
        let byEntry = Dictionary(grouping: cells, by: \.entry)
        return entries.compactMap { entry in byEntry[entry.name].map { (entry, $0) } }
    }

    /// Entries whose files are not on this machine.
    public var skipped: [ZooEntry] {
        let tried = Set(cells.map(\.entry))
        return entries.filter { !tried.contains($0.name) }
    }

    /// What did not pass and why, said once where several columns say the same.
    public var notes: [String] {
        rows.flatMap { entry, cells in
            var columns: [String: [String]] = [:]
            var order: [String] = []
            for cell in cells {
                guard let reason = cell.reason else { continue }
                let text = "\(cell.outcomeName): \(reason.printable)"
                if columns[text] == nil { order.append(text) }
                columns[text, default: []].append(cell.column.title)
            }
            return order.map { text in
                let titles = columns[text] ?? []
                let place = titles.count == cells.count ? "every column" : titles.joined(separator: ", ")
                return "\(entry.name), \(place): \(text)"
            }
        }
    }

    public var failedCount: Int { cells.count { $0.outcomeName == "failed" } }
    public var refusedCount: Int { cells.count { $0.outcomeName == "refused" } }
    public var passedCount: Int { cells.count - failedCount - refusedCount }

    /// Everything, for programs.
    public var json: JSONValue {
        .members([
            ("quire", .string(quireVersion)), ("cpu", .string(cpu)), ("threads", .int(threads)),
            ("seconds", .double(seconds)), ("passed", .int(passedCount)), ("failed", .int(failedCount)),
            ("refused", .int(refusedCount)),
            ("skipped", .array(skipped.map { .string($0.name) })),
            ("cells", .array(cells.map(\.json))),
        ])
    }
}

extension ZooCell {
    fileprivate var json: JSONValue {
        .members([
            ("entry", .string(entry)), ("attention", .string(column.attention)), ("matmul", .string(column.matmul)),
            ("weights", .string(column.weights.rawValue)), ("outcome", .string(outcomeName)),
            ("reason", reason.map(JSONValue.string) ?? .null),
            (column.weights == .float32 ? "max_logprob_difference" : "mean_logprob_difference", number(difference)),
            ("bound", number(bound)), ("seconds", .double(seconds)),
        ])
    }

    private func number(_ value: Double?) -> JSONValue {
        guard let value, value.isFinite else { return .null }
        return .double(value)
    }
}
