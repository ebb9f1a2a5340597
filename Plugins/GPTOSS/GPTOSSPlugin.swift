import QuireCore

/// Brings gpt-oss.
public enum GPTOSSPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(GPTOSSModel.self)
    }
}
