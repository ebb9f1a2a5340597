import QuireCore

/// Brings the logits processors that vLLM's sampling parameters ask for, in its order: allowed tokens, bad words, minimum
/// length, bias, penalties. Temperature, min-p, top-k and top-p follow in the sampler.
public enum LogitsProcessorsPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.logitsProcessors.add(AllowedTokens.name, AllowedTokens.self)
        try registry.logitsProcessors.add(BadWords.name, BadWords.self)
        try registry.logitsProcessors.add(MinTokens.name, MinTokens.self)
        try registry.logitsProcessors.add(LogitBias.name, LogitBias.self)
        try registry.logitsProcessors.add(Penalties.name, Penalties.self)
    }
}
