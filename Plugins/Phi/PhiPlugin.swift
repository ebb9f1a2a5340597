import QuireCore

/// Brings Phi-1.5 and Phi-2, and Phi-3 to Phi-4.
public enum PhiPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(PhiModel.self)
        try registry.architectures.add(Phi3Model.self)
    }
}
