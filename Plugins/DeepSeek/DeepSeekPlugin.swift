import QuireCore

/// Brings DeepSeek-V2 and -V3.
public enum DeepSeekPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(DeepSeekModel.self)
    }
}
