import QuireCore

/// Brings Granite.
public enum GranitePlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(GraniteModel.self)
    }
}
