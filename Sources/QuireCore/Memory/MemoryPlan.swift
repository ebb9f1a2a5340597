/// What a process will need, in bytes, known before any weight is read.
public struct MemoryPlan: Sendable, Equatable {
    /// Weights as they lie in their files; mapped, and shared with other processes that run the same model.
    public let mappedWeightBytes: Int
    /// Copies of weights that the loader repacks, or the matmul backend packs or widens.
    public let packedWeightBytes: Int
    /// What a sequence takes in each group of layers.
    public let windows: KVWindows
    public let bytesPerBlock: Int
    public let totalBlocks: Int
    /// Activations of the largest step.
    public let scratchBytes: Int

    public var kvCacheBytes: Int { totalBlocks * bytesPerBlock }
    public var totalBytes: Int { mappedWeightBytes + packedWeightBytes + kvCacheBytes + scratchBytes }
    public var blockSize: Int { windows.blockSize }
    /// Tokens that the cache holds in all layers.
    public var cacheTokens: Int { totalBlocks / windows.groupCount * blockSize }

    /// How large the cache shall be.
    public enum Budget: Sendable, Equatable {
        /// As large as `maxSequences` sequences of full length need, but no more than a quarter of the machine.
        case automatic(maxSequences: Int, machineBytes: Int)
        case kvCache(bytes: Int)
        /// For everything together.
        case process(bytes: Int)
    }

    /// - Parameters:
    ///   - maxModelLength: tokens of the longest sequence.
    ///   - maxBatchedTokens: tokens of the largest step; those of layers with a window go when it has run.
    /// - Throws: `MemoryError` where the budget holds not even one block, or not what must be held beside the cache.
    public init(
        mappedWeightBytes: Int, packedWeightBytes: Int, scratchBytes: Int, bytesPerBlock: Int, windows: KVWindows,
        maxModelLength: Int, maxBatchedTokens: Int, budget: Budget
    ) throws(MemoryError) {
        let fixed = mappedWeightBytes + packedWeightBytes + scratchBytes
        let wanted: Int
        switch budget {
        case .automatic(let maxSequences, let machineBytes):
            let blocksPerSequence = windows.mostBlocks(tokens: maxModelLength)
            let chunk = windows.mostBlocks(tokens: maxModelLength, chunk: maxBatchedTokens) - blocksPerSequence
            let affordable = max(1, machineBytes / 4 / max(1, bytesPerBlock))
            wanted = min(maxSequences * blocksPerSequence + chunk, affordable)
        case .kvCache(let bytes):
            wanted = bytes / max(1, bytesPerBlock)
            if wanted < 1 {
                throw .limitTooSmall(limit: bytes, needed: bytesPerBlock, purpose: "--kv-cache-memory")
            }
        case .process(let bytes):
            wanted = (bytes - fixed) / max(1, bytesPerBlock)
            if bytes - fixed < bytesPerBlock {
                throw .limitTooSmall(limit: bytes, needed: fixed + bytesPerBlock, purpose: "--memory-limit")
            }
        }
        self.mappedWeightBytes = mappedWeightBytes
        self.packedWeightBytes = packedWeightBytes
        self.scratchBytes = scratchBytes
        self.bytesPerBlock = bytesPerBlock
        self.windows = windows
        totalBlocks = min(wanted, Int(BlockID.max) - 1)
    }
}
