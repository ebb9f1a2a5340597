import QuireCore

/// Brings StableLM.
public enum StableLMPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(StableLMModel.self)
    }
}
