import ArgumentParser
import Foundation
import Quire
import QuireServer

/// The options of every command that runs or plans an engine.
///
/// They are read as text and understood in one place, so that a flag, a file and the environment accept the same.
struct EngineFlags: ParsableArguments {
    @Option(
        help: """
            A directory, a .gguf file, a zoo name, or a hub id, org/name or org/name:file.gguf, which is downloaded if need \
            be. Default: the embedded model.
            """)
    var model: String?
    @Option(help: "Branch, tag or commit of a hub id. Default: main.")
    var revision: String?
    @Option(help: "Shared library with parts of your own. Repeatable; see docs/plugins.md.")
    var plugin: [String] = []
    @Option(help: "Attention backend; `quire plugins` lists them. Default: paged.")
    var attentionBackend: String?
    @Option(help: "Matmul backend; `quire plugins` lists them. Default: native.")
    var matmulBackend: String?
    @Option(help: "Type that weights are kept in: auto, float32, bfloat16, float16. Default: auto, as stored.")
    var dtype: String?
    @Option(help: "Quantise a float checkpoint while loading: q4_0, q8_0, q4_k_m, … Default: no.")
    var quantization: String?
    @Option(help: "Folder that keeps quantised weights as they are packed, for a faster second start.")
    var packedCache: String?
    @Option(help: "Type of the KV cache: auto, float32, bfloat16, float16, int8. Default: auto, float32.")
    var kvCacheDtype: String?
    @Option(help: "Tokens per KV block. Default: 16.")
    var blockSize: String?
    @Option(help: "Size of the KV cache, such as 2GiB. Default: by model and machine.")
    var kvCacheMemory: String?
    @Option(help: "Size of weights, KV cache and scratch together.")
    var memoryLimit: String?
    @Option(help: "Tokens per sequence. Default: the model's own limit.")
    var maxModelLen: String?
    @Option(help: "Sequences that run at once at most. Default: 256.")
    var maxNumSeqs: String?
    @Option(help: "Tokens per step at most. Default: 2048.")
    var maxNumBatchedTokens: String?
    @Option(help: "Milliseconds that a step should take at most; prompts are cut to keep it.")
    var maxStepMs: String?
    @Flag(inversion: .prefixedNo, help: "Use blocks again that hold the beginning of a prompt. Default: yes.")
    var enablePrefixCaching: Bool?
    @Flag(
        inversion: .prefixedNo,
        help: "Let sequences hold blocks together. Default: yes; without, for comparison, nothing is cached either.")
    var blockSharing: Bool?
    @Option(help: "Requests that may wait; one more is refused. Default: 1024.")
    var maxQueuedRequests: String?
    @Option(help: "Threads. Default: one per processor.")
    var threads: String?
    @Option(help: "Seed: of every request of this command, and of the engine.")
    var seed: String?
    @Option(help: "Configuration file, YAML or JSON: a map from these options' names to values.")
    var config: String?
    @Flag(help: "Log what is chosen and loaded to standard error.")
    var verbose = false

    /// Flags over environment over file over defaults.
    ///
    /// - Throws: a `UserError` that names the option, its value and the valid ones.
    func options() throws -> EngineOptions {
        let values: [(String, String?)] = [
            ("model", model), ("revision", revision), ("attention-backend", attentionBackend),
            ("matmul-backend", matmulBackend), ("dtype", dtype), ("quantization", quantization),
            ("packed-cache", packedCache),
            ("kv-cache-dtype", kvCacheDtype), ("block-size", blockSize), ("kv-cache-memory", kvCacheMemory),
            ("memory-limit", memoryLimit),
            ("max-model-len", maxModelLen), ("max-num-seqs", maxNumSeqs),
            ("max-num-batched-tokens", maxNumBatchedTokens), ("max-step-ms", maxStepMs), ("threads", threads),
            ("seed", seed), ("enable-prefix-caching", enablePrefixCaching.map { "\($0)" }),
            ("block-sharing", blockSharing.map { "\($0)" }), ("max-queued-requests", maxQueuedRequests),
        ]
        let options = try EngineOptions(
            file: config, environment: ProcessInfo.processInfo.environment,
            flags: plugin.map { ("plugin", $0) } + values.compactMap { name, value in value.map { (name, $0) } },
            // One file may configure the server, too.
            foreign: ServerOptions.fields.flatMap(\.names))
        try PluginProbe.check(options.plugins)
        return options
    }

    /// The model, loaded; what was chosen is logged.
    ///
    /// - Parameters:
    ///   - onStep: sees what every step does to the pages.
    ///   - onTiming: sees where every step's time went.
    func loadModel(
        onStep: (@Sendable (StepTrace) -> Void)? = nil, onTiming: (@Sendable (StepTiming) -> Void)? = nil
    ) throws -> LLM {
        var logger = LLM.defaultLogger
        if verbose { logger.logLevel = .debug }
        let options = try options()
        let llm = try LLM(options, logger: logger, onStep: onStep, onTiming: onTiming)
        let choices = llm.backends
        Terminal.error(
            "quire: \(options.model ?? "quire-tiny (embedded)"), attention \(choices.attention), matmul \(choices.matmul), "
                + "\(choices.cpu), \(choices.threads) threads, KV cache \(ByteCount(llm.memoryPlan.kvCacheBytes)) "
                + "(\(llm.memoryPlan.totalBlocks) blocks, \(choices.kvCacheType.rawValue))")
        return llm
    }
}
