import QuireCore

/// Brings `LlamaForCausalLM`: LLaMA, Vicuna, and the many that use their architecture.
public enum LLaMAPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        for name in LlamaModel.names { try registry.architectures.add(name, LlamaModel.self) }
    }
}
