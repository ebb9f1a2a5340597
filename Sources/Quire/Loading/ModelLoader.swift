import Foundation
import Logging
import QuireCore
import QuireTokenizers

/// Builds an engine from options: finds the files, chooses the backends, claims the weights, plans the memory.
struct ModelLoader {
    let options: EngineOptions
    let registry: PluginRegistry
    let logger: Logger

    /// Everything that is known before weights are read.
    struct Prepared {
        let files: ModelFiles
        let architecture: any ModelArchitecture
        let attention: any AttentionBackend
        let kvGroups: KVGroups
        let plan: MemoryPlan
        let maxModelLength: Int
        let context: ComputeContext
        let choices: BackendChoices
        /// The types of the matrices, the one of most bytes first.
        let matrixTypes: [StorageType]
    }

    /// Claims every weight with the given backend and plans the memory.
    ///
    /// - Parameter isDryRun: takes note of the weights' sizes and reads none.
    func prepare(isDryRun: Bool) throws -> Prepared {
        try options.validate()
        let attentionType = try registry.attentionBackends.part(named: options.attentionBackend)
        let matmulType = try registry.matmulBackends.part(named: options.matmulBackend)
        let location = try ModelLocation(finding: options.model, revision: options.revision, logger: logger)
        let files = try ModelFiles(location, registry: registry)
        let kernels = try Kernels(named: options.cpu ?? ProcessInfo.processInfo.environment["QUIRE_CPU"])
        let packed = isDryRun ? nil : try packedCache(files, kernels)
        let context = ComputeContext(
            kernels: kernels, workers: WorkerPool(threads: options.threads ?? WorkerPool.availableProcessors),
            packedWeights: packed)
        let attention = try attentionType.init(context: context)
        var matmul = try matmulType.init(context: context)
        if let dtype = options.dtype.storageType {
            matmul = ConvertingMatmul(matmul, to: dtype, context: context)
        }
        if isDryRun { matmul = DryMatmul(sizing: matmul) }
        let source = try weightSource(files)
        let loader = WeightLoader(source: source, matmul: matmul, context: context, isDryRun: isDryRun)
        let architecture = try files.architecture.init(config: files.config, weights: loader.root)
        try loader.checkEverythingClaimed()
        if !isDryRun { noteSubstitutes(source) }
        packed?.finish()
        let kvCacheType = options.kvCacheType ?? .float32
        let layouts = loader.attentionShapes.map {
            KVLayout($0, blockSize: options.blockSize, type: kvCacheType)
        }
        for (shape, layout) in zip(loader.attentionShapes, layouts) {
            let objections = attention.objections(to: shape, layout: layout)
            guard objections.isEmpty else {
                throw ModelError.backend(
                    kind: "attention backend", name: attentionType.name, objections: objections)
            }
        }
        let choices = BackendChoices(
            attention: attentionType.name, matmul: matmulType.name, kvCacheType: kvCacheType,
            cpu: context.kernels.name, threads: context.workers.threads,
            quantization: files.quantization?.description,
            isBatchInvariant: attentionType.isBatchInvariant && matmulType.isBatchInvariant)
        let limit = try RotaryParameters.longestLength(files.config)
        let kvGroups = KVGroups(
            layouts: layouts, windows: loader.attentionShapes.map(\.window),
            maxModelLength: options.maxModelLength ?? limit)
        let plan = try memoryPlan(loader, files, kvGroups, limit: limit)
        return Prepared(
            files: files, architecture: architecture, attention: attention, kvGroups: kvGroups, plan: plan,
            maxModelLength: try maxModelLength(limit, plan), context: context, choices: choices,
            matrixTypes: loader.matrixBytes.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
                .map(\.key))
    }

    /// The engine, ready to run.
    func load() throws -> (engine: Engine, prepared: Prepared) {
        let start = ContinuousClock.now
        let prepared = try prepare(isDryRun: false)
        let plan = prepared.plan
        let cache = try KVCache(groups: prepared.kvGroups, totalBlocks: plan.totalBlocks)
        let model = LoadedModel(
            architecture: prepared.architecture, vocabularySize: try prepared.files.config.positive("vocab_size"),
            attention: prepared.attention, cache: cache, context: prepared.context)
        let engine = Engine(
            model: model, parts: try EngineParts(registry: registry),
            scheduler: SchedulerConfiguration(
                maxSequences: options.maxSequences, maxBatchedTokens: options.maxBatchedTokens,
                maxStepTime: options.maxStepMilliseconds.map { $0 / 1_000 }, maxModelLength: prepared.maxModelLength,
                cachesPrefixes: options.enablePrefixCaching, sharesBlocks: options.blockSharing,
                maxQueuedRequests: options.maxQueuedRequests),
            totalBlocks: plan.totalBlocks, blockSize: options.blockSize, windows: prepared.kvGroups.windows,
            seed: options.seed, context: prepared.context)
        let choices = prepared.choices
        logger.info(
            "model loaded",
            metadata: [
                "model": "\(prepared.files.location.path)", "attention": "\(choices.attention)",
                "matmul": "\(choices.matmul)", "cpu": "\(choices.cpu)", "threads": "\(choices.threads)",
                "batch_invariant": "\(choices.isBatchInvariant)", "kv_cache": "\(ByteCount(plan.kvCacheBytes))",
                "kv_cache_dtype": "\(choices.kvCacheType.rawValue)", "blocks": "\(plan.totalBlocks)",
                "seconds": "\((ContinuousClock.now - start).seconds)",
            ])
        return (engine, prepared)
    }

    private func packedCache(_ files: ModelFiles, _ kernels: Kernels) throws(OptionError) -> PackedCache? {
        guard let folder = options.packedCache else { return nil }
        let quantization = options.quantization.map { "\($0)" } ?? "as stored"
        return try PackedCache(
            folder: folder, model: files.location,
            identity: "\(kernels.name) \(options.matmulBackend) \(options.dtype.rawValue) \(quantization)",
            logger: logger)
    }

    /// The files' weights, or what they become by `--quantization`.
    private func weightSource(_ files: ModelFiles) throws -> any WeightSource {
        guard let format = options.quantization else { return files.weights }
        try files.checkNotQuantized()
        return QuantizingWeights(files.weights, try files.tensorTypes(format), naming: files.architecture.gguf)
    }

    private func noteSubstitutes(_ source: any WeightSource) {
        guard let substitutes = (source as? QuantizingWeights)?.substitutes, let first = substitutes.first else {
            return
        }
        logger.notice(
            "\(substitutes.count) matrices have rows that do not divide into blocks of their type",
            metadata: ["first": "\(first.name)", "columns": "\(first.columns)", "stored_as": "\(first.type)"])
    }

    private func memoryPlan(
        _ loader: WeightLoader, _ files: ModelFiles, _ kvGroups: KVGroups, limit: Int
    ) throws -> MemoryPlan {
        let tokens = min(options.maxBatchedTokens, 1 << 20)
        // A dozen activations live at once at most; logits are held for the sequences that run.
        let vocabularySize = try files.config.positive("vocab_size")
        let rows = min(options.maxSequences, options.maxBatchedTokens)
        let scratch = (tokens * loader.widestActivation * 8 + rows * vocabularySize) * MemoryLayout<Float>.stride
        let budget: MemoryPlan.Budget
        if let bytes = options.kvCacheMemory {
            budget = .kvCache(bytes: bytes)
        } else if let bytes = options.memoryLimit {
            budget = .process(bytes: bytes)
        } else {
            budget = .automatic(maxSequences: options.maxSequences, machineBytes: Self.machineBytes)
        }
        return try MemoryPlan(
            mappedWeightBytes: loader.mappedBytes, packedWeightBytes: loader.packedBytes, scratchBytes: scratch,
            bytesPerBlock: kvGroups.bytesPerBlock,
            windows: KVWindows(kvGroups.windows, blockSize: options.blockSize),
            maxModelLength: options.maxModelLength ?? limit, maxBatchedTokens: options.maxBatchedTokens,
            budget: budget)
    }

    private func maxModelLength(_ limit: Int, _ plan: MemoryPlan) throws -> Int {
        guard let asked = options.maxModelLength else {
            let longest = plan.windows.longestSequence(in: plan.totalBlocks, limit: limit)
            if longest < limit {
                logger.notice("the KV cache holds \(longest) tokens, fewer than the model's \(limit)")
            }
            return limit
        }
        guard asked <= limit else {
            throw ModelError.maxModelLength(asked: asked, limit: limit, reason: "the model's max_position_embeddings")
        }
        return asked
    }

    private static var machineBytes: Int {
        Int(clamping: ProcessInfo.processInfo.physicalMemory)
    }
}

/// What an engine runs on.
public struct BackendChoices: Sendable, Equatable {
    public let attention: String
    public let matmul: String
    public let kvCacheType: KVCacheType
    public let cpu: String
    public let threads: Int
    /// How the checkpoint says that its weights are quantised; nil where it does not, as GGUF files do not.
    public let quantization: String?
    /// Whether the same request gives the same bytes whatever runs beside it.
    public let isBatchInvariant: Bool
}
