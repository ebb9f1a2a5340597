import QuireCore

/// How an engine is set up; names and defaults follow vLLM where it has them.
public struct EngineOptions: Sendable, Equatable {
    /// A directory, a `.gguf` file, a zoo name, or a hub id, as `org/name` or `org/name:file.gguf`; `nil` is the embedded
    /// model.
    public var model: String?
    /// The branch, tag or commit of a hub id; `nil` is `main`.
    public var revision: String?
    /// Shared libraries with parts that may be chosen from beside the bundled ones.
    public var plugins: [String] = []
    public var attentionBackend = "paged"
    public var matmulBackend = "native"
    /// The type that weights are kept in; what differs is converted at loading.
    public var dtype = DType.auto
    /// What the matrices of a float checkpoint are quantised to while they are loaded; `nil` leaves them.
    public var quantization: WeightFormat?
    /// A folder that keeps packed weights for the next start; `nil` packs them every time.
    public var packedCache: String?
    /// The type of the numbers in the KV cache; `nil`, `auto` as text, is float32.
    public var kvCacheType: KVCacheType?
    /// Tokens per KV block.
    public var blockSize = 16
    /// Bytes for the KV cache; `nil` sizes it by the model and the machine.
    public var kvCacheMemory: Int?
    /// Bytes for weights, cache and scratch together.
    public var memoryLimit: Int?
    /// Tokens per sequence; `nil` takes the model's own limit, or what the cache holds.
    public var maxModelLength: Int?
    public var maxSequences = 256
    public var maxBatchedTokens = 2_048
    /// Milliseconds that a step should take at most.
    public var maxStepMilliseconds: Double?
    /// Whether blocks that hold the beginning of a prompt already are used again.
    public var enablePrefixCaching = true
    /// Whether sequences may hold blocks together; `false` is there for comparison and turns prefix caching off too.
    public var blockSharing = true
    /// Requests that may wait to be served; one more is refused. Prompts of one call to `generate` wait by themselves.
    public var maxQueuedRequests = 1_024
    /// Threads; `nil` takes one per processor.
    public var threads: Int?
    /// For requests without a seed of their own.
    public var seed: UInt64 = 0
    /// The instruction set of the kernels: `avx512`, `avx2`, `neon` or `portable`; `nil` takes `QUIRE_CPU`, or the best.
    public var cpu: String?

    public init() {}

    public init(model: String?, revision: String? = nil) {
        self.model = model
        self.revision = revision
    }

    /// - Throws: `OptionError` for a value out of range.
    public func validate() throws(OptionError) {
        func require(_ isValid: Bool, _ name: String, _ value: Any, _ expected: String) throws(OptionError) {
            if !isValid { throw OptionError(name: name, value: "\(value)", expected: expected) }
        }
        try require((1...4_096).contains(blockSize), "block-size", blockSize, "1 to 4096")
        try require((1...65_536).contains(maxSequences), "max-num-seqs", maxSequences, "1 to 65536")
        try require(
            (1...1_048_576).contains(maxBatchedTokens), "max-num-batched-tokens", maxBatchedTokens, "1 to 1048576")
        try require(
            (1...1_048_576).contains(maxQueuedRequests), "max-queued-requests", maxQueuedRequests, "1 to 1048576")
        if let maxModelLength {
            try require((2...16_777_216).contains(maxModelLength), "max-model-len", maxModelLength, "2 to 16777216")
        }
        if let threads { try require((1...1_024).contains(threads), "threads", threads, "1 to 1024") }
        if let time = maxStepMilliseconds {
            try require(time > 0 && time.isFinite, "max-step-ms", time, "a number above 0")
        }
        if let quantization {
            try require(
                quantization.isQuantized, "quantization", quantization,
                WeightFormat.quantized.map(\.name).joined(separator: ", "))
            if dtype != .auto {
                throw OptionError(name: "quantization", value: "given beside dtype", expected: "one of the two")
            }
        }
        if kvCacheMemory != nil, memoryLimit != nil {
            throw OptionError(
                name: "memory-limit", value: "given beside kv-cache-memory", expected: "one of the two")
        }
    }
}

/// An option whose value cannot be used.
public struct OptionError: UserError, Equatable {
    public let name: String
    public let value: String
    public let expected: String

    public init(name: String, value: String, expected: String) {
        self.name = name
        self.value = value
        self.expected = expected
    }

    public var kind: UserErrorKind { .usage }
    public var description: String { "\(name) is \(value); expected \(expected)" }
}
