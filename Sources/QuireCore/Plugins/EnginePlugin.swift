/// A part of the engine that comes from outside the core.
public protocol EnginePlugin: SendableMetatype {
    /// Adds what the plugin brings to the registry, once, at start-up.
    ///
    /// - Throws: `RegistryError` where a name is taken.
    static func register(in registry: inout PluginRegistry) throws(RegistryError)
}
