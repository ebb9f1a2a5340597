import ArgumentParser
import Foundation
import Quire

extension PluginsCommand {
    /// `quire plugins probe`: loads a plugin where it can do no harm; `PluginProbe` starts it.
    struct Probe: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "probe", abstract: "Load a plugin and say what comes of it.", shouldDisplay: false)

        @Argument(help: "What the answer begins with.") var mark: String
        @Argument(help: "The shared library.") var path: String

        func run() throws {
            var problem = ""
            do {
                _ = try DefaultPlugins.registry(files: [path])
            } catch let error as PluginFileError {
                problem = error.problem
            }
            Terminal.write("\n\(mark)\n\(problem)")
            // What the plugin has for the end of a process is not asked for.
            _exit(0)
        }
    }
}
