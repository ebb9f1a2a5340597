import QuireCore

/// Brings GPT-2.
public enum GPT2Plugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(GPT2Model.self)
    }
}
