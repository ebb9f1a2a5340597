import QuireCore

/// Brings Command R and Command R7B.
public enum CoherePlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(CohereModel.self)
        try registry.architectures.add(Cohere2Model.self)
    }
}
