import QuireCore

/// Brings SmolLM3.
public enum SmolLM3Plugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(SmolLM3Model.self)
    }
}
