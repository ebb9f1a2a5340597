import QuireCore

/// Brings Falcon, its old decoder and the new one.
public enum FalconPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(FalconModel.self)
    }
}
