import QuireCore

/// Brings StarCoder2.
public enum StarCoder2Plugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(StarCoder2Model.self)
    }
}
