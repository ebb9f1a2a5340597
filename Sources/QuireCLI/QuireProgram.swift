import ArgumentParser
import Quire

/// The `quire` command, for programs that bring parts of their own:
///
/// ```swift
/// import MyPlugin
/// import QuireCLI
///
/// await QuireProgram.main(plugins: [MyPlugin.self])
/// ```
public enum QuireProgram {
    /// Runs the command by the process's arguments.
    ///
    /// - Parameter plugins: those that are there beside the bundled ones.
    public static func main(plugins: [any EnginePlugin.Type] = []) async {
        DefaultPlugins.add(plugins)
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
