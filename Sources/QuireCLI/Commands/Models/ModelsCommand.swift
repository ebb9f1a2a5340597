import ArgumentParser
import Quire
import QuireHub

/// `quire models`: what came from the hub and is kept in the Hugging Face cache.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "List, fetch and remove the models of the local Hugging Face cache.",
        subcommands: [List.self, Pull.self, Remove.self, Path.self], defaultSubcommand: List.self)
}

/// How a command's one result is printed.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// A hub's model on the command line.
struct HubModelArguments: ParsableArguments {
    @Argument(help: "A hub id: org/name, or org/name:file.gguf.") var model: String
    @Option(help: "Branch, tag or commit. Default: main.") var revision: String?

    func reference() throws(HubError) -> HubReference { try HubReference(model, revision: revision) }
}
