import Foundation
import PackagePlugin

/// Generates `pluginInterface`, a text that names the compiler and the sources that a plugin is compiled against.
///
/// Swift promises nothing between modules that were compiled apart: a plugin must have seen these very sources, with
/// optimisation even bodies of functions. So the sources themselves are counted in, with those of the libraries below.
@main
struct PluginInterface: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let modules = ([target] + target.recursiveTargetDependencies).compactMap { $0 as? any SourceModuleTarget }
        // Two clones lie at two places: the order must come from names within the modules.
        let sources = modules.flatMap { module in
            let root = module.directoryURL.path
            return module.sourceFiles(withSuffix: "").map { file in
                (name: "\(module.moduleName)/\(file.url.path.dropFirst(root.count))", url: file.url)
            }
        }.sorted { $0.name < $1.name }.map(\.url)
        let compiler = try context.tool(named: "swiftc").url
        let output = context.pluginWorkDirectoryURL.appending(path: "PluginInterface.swift")
        let script = context.package.directoryURL.appending(path: "scripts/plugin-interface.sh")
        return [
            .buildCommand(
                displayName: "Writing the plugin interface", executable: URL(filePath: "/bin/sh"),
                arguments: [script.path, output.path, compiler.path] + sources.map(\.path),
                inputFiles: [script] + sources, outputFiles: [output])
        ]
    }
}
