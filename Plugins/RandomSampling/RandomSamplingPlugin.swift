import QuireCore

/// Brings the sampler `random`.
public enum RandomSamplingPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.samplers.add(RandomSampler.name, RandomSampler.self)
    }
}
