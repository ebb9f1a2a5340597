import QuireCore

/// Brings OLMo 2 and OLMo 3.
public enum OLMo2Plugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(OLMo2Model.self)
        try registry.architectures.add(OLMo3Model.self)
    }
}
