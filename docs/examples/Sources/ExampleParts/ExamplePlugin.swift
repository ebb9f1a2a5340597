import QuireCore

/// Brings the architecture `XGLMForCausalLM`, the attention backend `streaming` and the logits processor `dry`.
public enum ExamplePlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        for name in XGLMModel.names { try registry.architectures.add(name, XGLMModel.self) }
        try registry.attentionBackends.add(StreamingAttention.name, StreamingAttention.self)
        try registry.logitsProcessors.add(DRYPenalty.name, DRYPenalty.self)
    }
}
