import ArgumentParser
import Quire
import QuireHub
import QuireJSON

extension ModelsCommand {
    /// `quire models pull`.
    struct Pull: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "pull", abstract: "Fetch what a model lacks in the cache, and print its path.",
            discussion: """
                Asks the hub what the revision means now. What was interrupted goes on where it ended. Of a model in \
                Hugging Face's layout only the files are fetched that running it takes; of a GGUF model that file, or all \
                of its parts.
                """)

        @OptionGroup var model: HubModelArguments
        @Option(help: "text prints the path, json an object with every file.") var format = ReportFormat.text

        func run() async throws { try await ModelsCommand.pull(try model.reference(), format) }
    }

    /// Fetches a model, with a bar on a terminal, and prints where it is.
    static func pull(_ reference: HubReference, _ format: ReportFormat) async throws {
        var logger = LLM.defaultLogger
        // That it waits or tries again is news to who asked for it.
        logger.logLevel = .notice
        let hub = Hub(settings: try HubSettings(), logger: logger)
        let bar = DownloadBar()
        defer { bar?.finish() }
        let pulled = try await hub.pull(reference) { bar?.show($0) }
        bar?.finish()
        switch format {
        case .text: Terminal.line(pulled.path)
        case .json: Terminal.line(json(pulled, reference).text)
        }
    }

    private static func json(_ pulled: PulledModel, _ reference: HubReference) -> JSONValue {
        .members([
            ("repository", .string(reference.repository.description)),
            ("revision", .string(reference.revision.description)), ("commit", .string(pulled.commit)),
            ("path", .string(pulled.path)),
            (
                "files",
                .array(
                    pulled.files.map { file in
                        .members([
                            ("path", .string(file.path)), ("bytes", .int(file.size)), ("new", .bool(file.isNew)),
                        ])
                    })
            ),
        ])
    }
}
