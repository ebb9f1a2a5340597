import ArgumentParser
import Quire

/// `quire plugins`: what is registered, and what plugins of one's own need.
struct PluginsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugins", abstract: "List the registered parts, check a plugin, or begin one.",
        subcommands: [List.self, Verify.self, New.self, Probe.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the registered parts, by kind.")

        @OptionGroup var plugins: PluginFlags

        func run() throws {
            let registry = try DefaultPlugins.registry(files: plugins.files())
            var table = Table(header: ["KIND", "NAME", "WHAT"])
            for (kind, names) in registry.summary {
                for name in names { table.add([kind, name, try Self.summary(of: name, kind, registry)]) }
            }
            Terminal.line(table.text)
        }

        private static func summary(of name: String, _ kind: String, _ registry: PluginRegistry) throws -> String {
            switch kind {
            case registry.attentionBackends.kind: try registry.attentionBackends.part(named: name).summary
            case registry.matmulBackends.kind: try registry.matmulBackends.part(named: name).summary
            case registry.decodingStrategies.kind: try registry.decodingStrategies.part(named: name).summary
            default: ""
            }
        }
    }
}
