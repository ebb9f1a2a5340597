import ArgumentParser
import Quire
import QuireJSON

extension ZooCommand {
    /// `quire zoo test`.
    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Compare what the entries say with another implementation, as a matrix.",
            discussion: """
                Every entry whose files are there is run on every attention backend with weights of every type. In float32 \
                the tokens and their log-probabilities must be those of the other implementation; with rounded weights the \
                log-probabilities may be off by what rounding costs. The exit status tells whether anything failed.
                """)

        @Argument(help: "Entries; none means all.") var names: [String] = []
        @Option(help: "Attention backend; may be repeated. Default: all.") var attentionBackend: [String] = []
        @Option(
            help: """
                Matmul backend; may be repeated. Default: native with every type of weights, and the others with float32.
                """)
        var matmulBackend: [String] = []
        @Option(help: "Type of the weights: float32, bf16, q8_0, q4_0; may be repeated. Default: all.")
        var weights: [String] = []
        @Option(help: "Threads. Default: one per processor.") var threads: Int?
        @OptionGroup var plugins: PluginFlags
        @Option(help: "A file for every cell, as JSON.") var json: String?
        @Option(help: "A file for the whole zoo with the matrix, as Markdown.") var page: String?

        func run() throws {
            let types = try weights.map { name throws(OptionError) in
                guard let type = ZooWeights(rawValue: name) else {
                    let known = ZooWeights.allCases.map(\.rawValue).joined(separator: ", ")
                    throw OptionError(name: "--weights", value: name, expected: known)
                }
                return type
            }
            if let threads, !(1...1_024).contains(threads) {
                throw OptionError(name: "--threads", value: "\(threads)", expected: "1 to 1024")
            }
            if page != nil, !names.isEmpty {
                throw OptionError(name: "--page", value: "given beside names", expected: "all entries on the page")
            }
            // Nothing is measured in vain.
            let jsonFile = try json.map { try ResultFile(path: $0, option: "--json") }
            let pageFile = try page.map { try ResultFile(path: $0, option: "--page") }
            let test = try ZooTest(
                names: names, attention: attentionBackend, matmul: matmulBackend, weights: types, threads: threads,
                registry: DefaultPlugins.registry(files: plugins.files()))
            let progress = ProgressLine()
            let report = try test.run { name, done, total in
                progress?.show("\(done) of \(total) done; \(name)", isDone: false)
            }
            progress?.show("", isDone: true)
            show(report)
            try jsonFile?.write(report.json.text + "\n")
            try pageFile?.write(ZooPage.text(of: report))
            if report.failedCount > 0 { throw ExitCode(UserErrorKind.internal.exitStatus) }
        }

        private func show(_ report: ZooReport) {
            if !report.cells.isEmpty {
                let attention = report.columns.map(\.attention)
                // The name of a backend stands above its first column alone.
                let heads = attention.indices.map { $0 > 0 && attention[$0] == attention[$0 - 1] ? "" : attention[$0] }
                var table = Table(header: [""] + heads)
                table.add(["ENTRY"] + report.columns.map(\.shortTitle))
                for (entry, cells) in report.rows { table.add([entry.name] + cells.map(\.text)) }
                Terminal.line(table.text)
                Terminal.line()
            }
            for note in report.notes { Terminal.line(note) }
            if !report.skipped.isEmpty {
                let names = report.skipped.map(\.name).joined(separator: ", ")
                Terminal.line("skipped, their files are not here (quire zoo pull NAME): \(names)")
            }
            Terminal.line(
                "\(report.passedCount) passed, \(report.failedCount) failed, \(report.refusedCount) refused, "
                    + "\(report.skipped.count) entries skipped, in \(Format.fixed(report.seconds, 1)) s")
        }
    }
}
