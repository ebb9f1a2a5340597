#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// What a plugin in a shared library answers to the program that loads it.
///
/// Such a library has two C functions:
///
/// ```swift
/// @_cdecl("quire_plugin_version")
/// public func pluginVersion() -> UnsafePointer<CChar> { PluginEntryPoint.version }
///
/// @_cdecl("quire_plugin_register")
/// public func registerPlugin(_ registry: UnsafeMutableRawPointer) -> UnsafeMutablePointer<CChar>? {
///     PluginEntryPoint.register([MyPlugin.self], in: registry)
/// }
/// ```
public enum PluginEntryPoint {
    /// The name of the C function that says what the plugin was compiled against.
    public static let versionSymbol = "quire_plugin_version"
    /// The name of the C function that registers the plugin's parts.
    public static let registerSymbol = "quire_plugin_register"

    /// What the code that contains the call was compiled against, as a C string that lives for ever.
    @_alwaysEmitIntoClient
    public static var version: UnsafePointer<CChar> {
        UnsafeRawPointer(pluginInterface.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// Adds the parts of the given plugins.
    ///
    /// - Parameter registry: a `PluginRegistry`, as the host passes it to the C function.
    /// - Returns: why it could not be done, to be freed by the host, or `nil` where it was.
    public static func register(
        _ plugins: [any EnginePlugin.Type], in registry: UnsafeMutableRawPointer
    ) -> UnsafeMutablePointer<CChar>? {
        let registry = registry.assumingMemoryBound(to: PluginRegistry.self)
        do throws(RegistryError) {
            for plugin in plugins { try plugin.register(in: &registry.pointee) }
            return nil
        } catch {
            return strdup(error.description)
        }
    }
}

/// By this symbol a host finds out whether a library has a copy of the core inside.
@_cdecl("quire_core_of_this_program")
public func coreOfThisProgram() {}
