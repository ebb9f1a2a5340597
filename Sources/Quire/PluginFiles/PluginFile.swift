import Foundation
import QuireCore

/// A plugin in a shared library: two C functions, which `PluginEntryPoint` describes.
///
/// The library has no core of its own; it takes everything from this program, which must export its symbols. So types are
/// the same on both sides, and nothing of Swift is touched before both agree on what they were compiled against.
public struct PluginFile: Sendable {
    /// As it was asked for.
    public let path: String

    public init(path: String) { self.path = path }

    /// Loads the library and adds its parts.
    ///
    /// - Throws: `PluginFileError`; the registry is then as it was. What the library's own code does wrong while it is
    ///   loaded, such as trapping, ends the process: see `quire plugins probe` for a way around that.
    public func register(in registry: inout PluginRegistry) throws(PluginFileError) {
        let library = try open()
        try checkVersion(library)
        let symbol = try library.function(PluginEntryPoint.registerSymbol, path)
        let function = unsafeBitCast(
            symbol, to: (@convention(c) (UnsafeMutableRawPointer) -> UnsafeMutablePointer<CChar>?).self)
        var extended = registry
        let problem = withUnsafeMutablePointer(to: &extended) { function(UnsafeMutableRawPointer($0)) }
        if let problem {
            defer { free(problem) }
            throw error(String(cString: problem))
        }
        registry = extended
    }

    private func open() throws(PluginFileError) -> SharedLibrary {
        guard let file = realpath(path, nil) else { throw error(String(cString: strerror(errno))) }
        defer { free(file) }
        let resolved = String(cString: file)
        // A library for another version may lack symbols, and would be refused for the first of them.
        if let found = PluginMark.text(inFile: resolved), found != Self.interface { throw mismatch(found) }
        try SharedLibrary.checkHost(path)
        let library = try SharedLibrary(resolved, path)
        guard library.symbol(SharedLibrary.coreSymbol) == nil else {
            throw error(
                "brings a core of its own, whose types are not this program's; link it from its own object files alone, "
                    + "see docs/plugins.md")
        }
        return library
    }

    private func checkVersion(_ library: SharedLibrary) throws(PluginFileError) {
        let symbol = try library.function(PluginEntryPoint.versionSymbol, path)
        let function = unsafeBitCast(symbol, to: (@convention(c) () -> UnsafePointer<CChar>?).self)
        let found = function().map { String(cString: $0) } ?? "nothing"
        guard found == Self.interface else { throw mismatch(found) }
    }

    /// What this program was compiled against.
    private static var interface: String { String(cString: PluginEntryPoint.version) }

    private func mismatch(_ found: String) -> PluginFileError {
        func short(_ text: String) -> String { text.replacing(PluginMark.start, with: "").printable }
        return error("was built for \(short(found)); this program is \(short(Self.interface)); build it again")
    }

    private func error(_ problem: String) -> PluginFileError { PluginFileError(path: path, problem: problem) }
}
