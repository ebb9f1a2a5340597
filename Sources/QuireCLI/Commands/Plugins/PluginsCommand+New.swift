import ArgumentParser
import Foundation
import Quire

extension PluginsCommand {
    /// `quire plugins new`: writes a package that compiles.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new", abstract: "Write a package with a plugin to begin with.",
            discussion: "`make` in the new folder builds the shared library, `make verify` runs its suite.")

        @Option(help: "\(PluginSkeleton.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
        var kind: PluginSkeleton.Kind
        @Option(help: "The module's name, such as MyAttention.") var name: String
        @Option(help: "The folder to write. Default: the name, here.") var output: String?
        @Option(help: "A checkout of Quire. Default: the one that this program was built in.") var quire: String?

        func run() throws {
            guard name.wholeMatch(of: /[A-Z][A-Za-z0-9]{0,63}/) != nil else {
                throw OptionError(
                    name: "--name", value: "'\(name)'",
                    expected: "a capital, then letters and digits, such as MyAttention")
            }
            let folder = URL(fileURLWithPath: output ?? name)
            if FileManager.default.fileExists(atPath: folder.path) {
                throw OptionError(name: "--output", value: folder.path + ", which exists", expected: "a new folder")
            }
            let skeleton = PluginSkeleton(kind: kind, name: name, checkout: try checkout())
            for (path, text) in skeleton.files {
                let file = folder.appendingPathComponent(path)
                do {
                    try FileManager.default.createDirectory(
                        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                    try text.write(to: file, atomically: true, encoding: .utf8)
                } catch {
                    throw OptionError(
                        name: "--output", value: file.path, expected: "a place to write (\(error.localizedDescription))"
                    )
                }
            }
            Terminal.error("quire: \(folder.path) written; `make` in it builds the plugin, `make verify` checks it")
        }

        /// The folder with Quire's own manifest.
        private func checkout() throws -> String {
            func isCheckout(_ folder: URL) -> Bool {
                ["Package.swift", "Sources/QuireCore"].allSatisfy {
                    FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path)
                }
            }
            if let quire {
                let folder = URL(fileURLWithPath: quire).standardizedFileURL
                guard isCheckout(folder) else {
                    throw OptionError(name: "--quire", value: quire, expected: "a folder with a checkout of Quire")
                }
                return folder.path
            }
            var folder = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent()
            while let place = folder, place.path != "/" {
                if isCheckout(place) { return place.path }
                folder = place.deletingLastPathComponent()
            }
            throw OptionError(
                name: "--quire", value: "not given, and this program lies in no checkout",
                expected: "a folder with a checkout of Quire")
        }
    }
}

extension PluginSkeleton.Kind: ExpressibleByArgument {}
