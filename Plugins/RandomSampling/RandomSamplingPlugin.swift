import QuireCore

/// Brings the sampler `random` and the logits processor `min_tokens`.
public enum RandomSamplingPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.samplers.add(RandomSampler.name, RandomSampler.self)
        try registry.logitsProcessors.add(MinTokens.name, MinTokens.self)
    }
}
