import ArgumentParser
import Quire

/// The `quire` command.
@main
struct Main {
    static func main() async {
        do {
            var command = try QuireCommand.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let error as any UserError {
            Terminal.error("quire: error: \(error)")
            QuireCommand.exit(withError: ExitCode(error.kind.exitStatus))
        } catch {
            QuireCommand.exit(withError: error)
        }
    }
}

struct QuireCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quire",
        abstract: "Runs language models: paged attention, continuous batching, every part a plugin.",
        version: "quire \(quireVersion)",
        subcommands: [
            GenerateCommand.self, ChatCommand.self, ServeCommand.self, RunBatchCommand.self, ExplainCommand.self,
            InspectCommand.self, TokenizeCommand.self,
            TemplateCommand.self, ConvertCommand.self, ModelsCommand.self, PluginsCommand.self, ZooCommand.self,
            BenchCommand.self,
        ])
}

extension UserErrorKind {
    /// As in `sysexits.h`.
    var exitStatus: Int32 {
        switch self {
        case .usage: 64
        case .data: 65
        case .unavailable: 69
        case .internal: 70
        }
    }
}
