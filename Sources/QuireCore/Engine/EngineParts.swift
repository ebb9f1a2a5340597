/// The plugins that an engine chooses tokens with.
public struct EngineParts: Sendable {
    let strategies: PluginTable<any DecodingStrategy.Type>
    let sampler: any Sampler.Type
    let processors: [any LogitsProcessor.Type]

    /// The strategy that serves plain and parallel sampling.
    private static let samplingStrategy = "parallel"

    /// - Parameter sampler: its name in the registry.
    /// - Throws: `RegistryError` for an unknown name.
    public init(registry: PluginRegistry, sampler: String = "random") throws(RegistryError) {
        strategies = registry.decodingStrategies
        self.sampler = try registry.samplers.part(named: sampler)
        var processors: [any LogitsProcessor.Type] = []
        for name in registry.logitsProcessors.names {
            processors.append(try registry.logitsProcessors.part(named: name))
        }
        // Sorting is stable in effect: names are in order already and `order` decides first.
        self.processors = processors.sorted { ($0.order, $0.name) < ($1.order, $1.name) }
    }

    func strategy(for request: Request) throws -> any DecodingStrategy {
        try strategies.part(named: Self.samplingStrategy).init(params: request.params)
    }

    func picker(for request: Request, seed: UInt64, kernels: Kernels) throws -> TokenPicker {
        TokenPicker(
            sampler: sampler.init(params: request.params),
            processors: try processors.compactMap { try $0.make(for: request) }, request: request, seed: seed,
            kernels: kernels)
    }
}
