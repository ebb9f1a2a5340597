import ModelZoo
import QuireCore

/// `docs/zoo.md`: what the zoo has, and what its test measured.
///
/// All of it is generated. The first part follows from the entries and the registered architectures alone, so that a test
/// can tell whether it is up to date.
public struct ZooPage {
    private let entries: [ZooEntry]
    private let architectures: [String]

    /// - Parameter architectures: the registered ones.
    public init(entries: [ZooEntry], architectures: [String]) {
        self.entries = entries
        self.architectures = architectures
    }

    /// The page with the matrix of a test.
    public static func text(of report: ZooReport) -> String {
        ZooPage(entries: report.entries, architectures: report.architectures).overview + matrix(report)
    }

    /// The part that is not measured.
    public var overview: String {
        """
        # The model zoo

        This page is generated: `make zoo-page` runs `quire zoo test --page docs/zoo.md`. The entries are the folders of
        [ModelZoo](../ModelZoo/README.md).

        ## Families

        Every architecture that Quire runs, by its name in `config.json`; the entries that show it; published checkpoints.

        \(families)

        ## Entries with weights

        Their weights are part of the project. Tiny ones are drawn from a seed, which a file of a few lines names. What an
        entry should say is computed by Hugging Face transformers from the same weights.

        \(own)

        ## Published checkpoints

        `quire zoo pull NAME` downloads one, `quire generate --model NAME` runs it. The size is that of the weights in the type
        that they are published in; the KV cache comes on top: `quire explain --model NAME`.

        \(published)

        """
    }

    private var families: String {
        let names = Set(architectures).union(entries.map(\.architecture)).sorted()
        var table = MarkdownTable(["architecture", "entries with weights", "published checkpoints"])
        for name in names {
            let family = entries.filter { $0.architecture == name }
            let isKnown = architectures.contains(name)
            table.add([
                "`\(name)`" + (isKnown ? "" : " (no plugin)"), Self.list(family.filter { $0.repository == nil }),
                Self.list(family.filter { $0.repository != nil }),
            ])
        }
        return table.text
    }

    private var own: String {
        var table = MarkdownTable(["entry", "what", "weights", "licence"])
        for entry in entries where entry.repository == nil {
            let weights = entry.isSeeded ? "from a seed" : (entry.weights ?? []).joined(separator: ", ")
            table.add(["`\(entry.name)`", entry.description, weights, entry.licence])
        }
        return table.text
    }

    private var published: String {
        var table = MarkdownTable(["entry", "repository", "what", "licence", "size of the weights"])
        for entry in entries {
            guard let repository = entry.repository else { continue }
            let size = entry.memoryBytes.map { "\(ByteCount($0))" } ?? ""
            table.add([
                "`\(entry.name)`", "[\(repository)](https://huggingface.co/\(repository))", entry.description,
                entry.licence, size,
            ])
        }
        return table.text
    }

    private static func list(_ entries: [ZooEntry]) -> String { entries.map { "`\($0.name)`" }.joined(separator: ", ") }

    // MARK: - What was measured

    private static func matrix(_ report: ZooReport) -> String {
        var table = MarkdownTable(["entry"] + report.columns.map(\.title))
        for (entry, cells) in report.rows { table.add(["`\(entry.name)`"] + cells.map(\.text)) }
        // A page is for others, who have other folders.
        let folder = ModelZoo.root.map { $0 + "/" } ?? ""
        let notes = report.notes.map { "\n- \(folder.isEmpty ? $0 : $0.replacing(folder, with: "ModelZoo/"))" }.joined()
        let seconds = Format.fixed(report.seconds, 0)
        return """

            ## What the test found

            quire \(quireVersion), \(report.cpu), \(report.threads) threads, \(seconds) seconds: \(report.passedCount) passed, \
            \(report.failedCount) failed, \(report.refusedCount) refused.
            A column is an attention backend, a type of the weights, and a matmul backend where it is not \
            `\(EngineOptions().matmulBackend)`.

            - `float32`: `ok` where the greedy tokens are transformers' own wherever its two best logits are more than 0.001
              apart, and their log-probabilities within \(ZooRun.float32Bound) nats; and where each prompt alone, all together,
              and \(ZooRun.chunk) tokens at a time give the same bytes.
            - `bf16`, `q8_0`, `q4_0`: by how many nats the log-probabilities of the expected tokens are off on average, with
              weights that are rounded to the type while they are loaded. Twice what the same rounding costs in transformers,
              and 0.02, are allowed.
            - `runs`: nothing is expected of the entry yet.

            \(table.text)
            \(notes.isEmpty ? "" : notes + "\n")
            """
    }
}

/// A table in Markdown.
struct MarkdownTable {
    private var rows: [[String]]

    init(_ header: [String]) { rows = [header, header.map { _ in "---" }] }

    mutating func add(_ row: [String]) { rows.append(row) }

    var text: String {
        rows.enumerated().map { index, row in
            if index == 1 { return "|" + row.joined(separator: "|") + "|" }
            // Cells come from entries too, which anyone may write.
            return "| " + row.map { $0.printable.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }.joined(separator: "\n")
    }
}
