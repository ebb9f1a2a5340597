import ArgumentParser
import Foundation
import Quire
import QuireServer

/// The plugins of a command that has no other options of an engine.
struct PluginFlags: ParsableArguments {
    @Option(help: "Shared library with parts of your own. Repeatable; see docs/plugins.md.")
    var plugin: [String] = []

    /// The libraries, from the flags, the environment, or the file that `QUIRE_CONFIG` names.
    ///
    /// - Throws: a `UserError` for a library that cannot be loaded.
    func files() throws -> [String] {
        let options = try EngineOptions(
            file: nil, environment: ProcessInfo.processInfo.environment, flags: plugin.map { ("plugin", $0) },
            foreign: ServerOptions.fields.flatMap(\.names))
        try PluginProbe.check(options.plugins)
        return options.plugins
    }
}
