import QuireCore

/// Brings Seed-OSS.
public enum SeedOSSPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(SeedOSSModel.self)
    }
}
