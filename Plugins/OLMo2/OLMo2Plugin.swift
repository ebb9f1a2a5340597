import QuireCore

/// Brings OLMo 2.
public enum OLMo2Plugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(OLMo2Model.self)
    }
}
