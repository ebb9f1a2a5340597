import QuireCore

/// Brings GPT-NeoX and Pythia.
public enum GPTNeoXPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(GPTNeoXModel.self)
    }
}
