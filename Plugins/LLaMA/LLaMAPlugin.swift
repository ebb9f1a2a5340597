import QuireCore

/// Brings `LlamaForCausalLM`: LLaMA, Vicuna, and the many that use their architecture.
public enum LLaMAPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.architectures.add(LlamaModel.self)
    }
}
