import QuireCore

/// Brings Mistral and Mixtral.
public enum MistralPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(MistralModel.self)
        try registry.architectures.add(MixtralModel.self)
    }
}
