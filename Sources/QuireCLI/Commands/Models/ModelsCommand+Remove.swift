import ArgumentParser
import Quire
import QuireHub

extension ModelsCommand {
    /// `quire models rm`.
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rm", abstract: "Remove models from the cache.",
            discussion: "Contents that another revision of the model has too stay.")

        @Argument(help: "Hub ids: org/name, or org/name:file.gguf for that file alone.") var models: [String]
        @Option(help: "Remove this branch, tag or commit alone. Default: all of them.") var revision: String?

        func run() throws {
            let cache = try HubSettings().cache
            let references = try models.map { try HubReference($0, revision: revision) }
            for reference in references {
                let bytes = try cache.remove(
                    reference.repository, file: reference.file, revision: revision == nil ? nil : reference.revision)
                Terminal.error("quire: removed \(reference), \(ByteCount(bytes))")
            }
        }
    }
}
