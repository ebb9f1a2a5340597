import Foundation
import QuireCore

/// Shared libraries that tests build: from C where something is wrong with them, from Swift where nothing is.
struct PluginLibrary {
    struct CompilerError: Error, CustomStringConvertible { let description: String }

    /// What a library must say that this build's `quire` takes for its own.
    static let version = String(cString: PluginEntryPoint.version)

    /// A library of two C functions, with something before or beside them.
    ///
    /// - Parameters:
    ///   - version: what it says; `nil` leaves the function out.
    ///   - register: the body of the function that registers.
    static func c(
        _ directory: TemporaryDirectory, version: String? = version, register: String = "return 0;", more: String = ""
    ) throws -> String {
        var text = "#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n\(more)\n"
        if let version { text += "const char *quire_plugin_version(void) { return \"\(version)\"; }\n" }
        text += "char *quire_plugin_register(void *registry) { \(register) }\n"
        let source = try directory.write("plugin.c", text)
        let library = directory.url("libPlugin.so").path
        try compile(["clang", "-shared", "-fPIC", "-o", library, source])
        return library
    }

    /// A library of Swift files, compiled against the modules of this build.
    static func swift(_ directory: TemporaryDirectory, module: String, _ sources: [String: String]) throws -> String {
        let library = directory.url("lib\(module).so").path
        let paths = try sources.sorted { $0.key < $1.key }.map { try directory.write($0.key, $0.value) }
        // What SwiftPM built lies beside the tests' own executable.
        let build = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        try compile(
            [
                "swiftc", "-O", "-wmo", "-swift-version", "6", "-parse-as-library", "-emit-library",
                "-module-name", module, "-I", "\(build)/Modules",
                "-Xcc", "-fmodule-map-file=\(build)/CKernels.build/module.modulemap", "-o", library,
            ] + paths)
        return library
    }

    /// The two C functions in Swift.
    static func entryPoint(_ plugin: String) -> String {
        """
        import QuireCore
        @_cdecl("quire_plugin_version")
        public func pluginVersion() -> UnsafePointer<CChar> { PluginEntryPoint.version }
        @_cdecl("quire_plugin_register")
        public func registerPlugin(_ registry: UnsafeMutableRawPointer) -> UnsafeMutablePointer<CChar>? {
            PluginEntryPoint.register([\(plugin).self], in: registry)
        }
        """
    }

    private static func compile(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        let pipe = Pipe()
        process.standardError = pipe
        try process.run()
        let errors = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CompilerError(description: String(decoding: errors, as: UTF8.self))
        }
    }
}
