import QuireCore

/// Brings OPT.
public enum OPTPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(OPTModel.self)
    }
}
