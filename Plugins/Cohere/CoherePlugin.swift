import QuireCore

/// Brings Command R.
public enum CoherePlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(CohereModel.self)
    }
}
