import QuireCore

/// Brings Qwen2, Qwen3 and Qwen3-MoE.
public enum QwenPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(Qwen2Model.self)
        try registry.architectures.add(Qwen3Model.self)
        try registry.architectures.add(Qwen3MoEModel.self)
    }
}
