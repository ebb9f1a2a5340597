/// The plugins that an engine chooses tokens with.
public struct EngineParts: Sendable {
    let strategies: PluginTable<any DecodingStrategy.Type>
    let sampler: any Sampler.Type
    let processors: [any LogitsProcessor.Type]

    /// Who serves requests that name no strategy: those that draw, and those with a beam width.
    private static let samplingStrategy = "parallel"
    private static let searchStrategy = "beam"

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

    /// The strategy that serves a request, and what the request gets.
    ///
    /// - Throws: `RequestError` for what can never be served, `RegistryError` for a strategy that is not there.
    func admission(
        of request: Request, limits: RequestLimits
    ) throws -> (strategy: any DecodingStrategy, admission: RequestLimits.Admission) {
        let params = request.params
        try params.validate(vocabularySize: limits.vocabularySize)
        let name = params.decodingStrategy ?? (params.beamWidth == nil ? Self.samplingStrategy : Self.searchStrategy)
        let type = try strategies.part(named: name)
        let strategy = try type.init(params: params)
        return (
            strategy, try limits.admission(of: request, width: strategy.width, together: type.runsTogether)
        )
    }

    /// Checks a request that an engine with these limits is to serve.
    ///
    /// - Throws: what `Engine.add` would, whoever else waits.
    package func check(_ request: Request, limits: RequestLimits) throws {
        _ = try admission(of: request, limits: limits)
    }

    func picker(for request: Request, seed: UInt64, kernels: Kernels) throws -> TokenPicker {
        TokenPicker(
            sampler: sampler.init(params: request.params),
            processors: try processors.compactMap { try $0.make(for: request) }, request: request, seed: seed,
            kernels: kernels)
    }
}
