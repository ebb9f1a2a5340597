import Foundation
import QuireCore

/// A library that the system's loader has taken in. It is never given back: types of Swift cannot be unloaded.
struct SharedLibrary {
    /// A function of the core; a library that has it has the core inside.
    static let coreSymbol = "quire_core_of_this_program"

    private let handle: UnsafeMutableRawPointer

    /// - Parameters:
    ///   - file: an absolute path.
    ///   - name: what messages call it.
    /// - Throws: `PluginFileError` with the loader's own words.
    init(_ file: String, _ name: String) throws(PluginFileError) {
        guard let handle = dlopen(file, RTLD_NOW | RTLD_LOCAL) else {
            let words = dlerror().map { String(cString: $0) } ?? "the loader does not say why"
            throw PluginFileError(path: name, problem: words.replacing("\(file): ", with: ""))
        }
        self.handle = handle
    }

    func symbol(_ name: String) -> UnsafeMutableRawPointer? { dlsym(handle, name) }

    /// - Throws: `PluginFileError` where the library has no such function.
    func function(_ name: String, _ path: String) throws(PluginFileError) -> UnsafeMutableRawPointer {
        guard let symbol = symbol(name) else {
            throw PluginFileError(path: path, problem: "has no function '\(name)'; it is no plugin for Quire")
        }
        return symbol
    }

    /// Plugins are linked against this program and against Swift's shared libraries, and must find both.
    ///
    /// - Throws: `PluginFileError` where this program was linked in another way.
    static func checkHost(_ path: String) throws(PluginFileError) {
        let program = dlopen(nil, RTLD_NOW)
        guard let program, dlsym(program, coreSymbol) != nil else {
            throw PluginFileError(
                path: path,
                problem: "this program does not export the core; link it with -Xlinker --export-dynamic")
        }
        #if os(Linux)
            guard dlopen("libswiftCore.so", RTLD_NOW | RTLD_NOLOAD) != nil else {
                throw PluginFileError(
                    path: path,
                    problem: "this program has Swift's libraries inside; plugins need one that is built without "
                        + "--static-swift-stdlib")
            }
        #endif
    }
}
