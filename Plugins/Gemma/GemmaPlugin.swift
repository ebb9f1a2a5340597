import QuireCore

/// Brings Gemma, Gemma 2 and the text model of Gemma 3.
public enum GemmaPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(GemmaModel.self)
        try registry.architectures.add(Gemma2Model.self)
        try registry.architectures.add(Gemma3Model.self)
    }
}
