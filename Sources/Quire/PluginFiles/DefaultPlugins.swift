import QuireCore
import Synchronization

/// What `LLM` chooses from where it is given no registry: the bundled plugins, and what the program added at start-up.
public enum DefaultPlugins {
    private static let added = Mutex<[any EnginePlugin.Type]>([])

    /// Adds plugins that are linked into this program; models loaded from now on may use them.
    public static func add(_ plugins: [any EnginePlugin.Type]) { added.withLock { $0 += plugins } }

    /// All of them, and the parts of shared libraries.
    ///
    /// - Parameter files: paths of shared libraries, as `EngineOptions.plugins`.
    /// - Throws: `RegistryError` where two linked plugins bring the same name, `PluginFileError` for a library.
    public static func registry(files: [String] = []) throws -> PluginRegistry {
        var registry = try PluginRegistry(bundledPlugins + added.withLock { $0 })
        try registry.load(files)
        return registry
    }
}

extension PluginRegistry {
    /// Adds the parts of plugins in shared libraries. They stay loaded for as long as the process lives.
    ///
    /// - Throws: `PluginFileError` that names the library and the reason; the registry is then as it was.
    public mutating func load(_ files: [String]) throws(PluginFileError) {
        var registry = self
        for file in files { try PluginFile(path: file).register(in: &registry) }
        self = registry
    }
}
