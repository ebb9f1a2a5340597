/// What a process will need, in bytes, known before any weight is read.
public struct MemoryPlan: Sendable, Equatable {
    /// Weights as they lie in their files; mapped, and shared with other processes that run the same model.
    public let mappedWeightBytes: Int
    /// Copies of weights that the loader repacks, or the matmul backend packs or widens.
    public let packedWeightBytes: Int
    public let blockSize: Int
    public let bytesPerBlock: Int
    public let totalBlocks: Int
    /// Activations of the largest step.
    public let scratchBytes: Int

    public var kvCacheBytes: Int { totalBlocks * bytesPerBlock }
    public var totalBytes: Int { mappedWeightBytes + packedWeightBytes + kvCacheBytes + scratchBytes }
    /// Tokens that the cache holds.
    public var cacheTokens: Int { totalBlocks * blockSize }

    /// How large the cache shall be.
    public enum Budget: Sendable, Equatable {
        /// As large as `maxSequences` sequences of full length need, but no more than a quarter of the machine.
        case automatic(maxSequences: Int, machineBytes: Int)
        case kvCache(bytes: Int)
        /// For everything together.
        case process(bytes: Int)
    }

    /// - Throws: `MemoryError` where the budget holds not even one block, or not what must be held beside the cache.
    public init(
        mappedWeightBytes: Int, packedWeightBytes: Int, scratchBytes: Int, bytesPerBlock: Int, blockSize: Int,
        maxModelLength: Int, budget: Budget
    ) throws(MemoryError) {
        let fixed = mappedWeightBytes + packedWeightBytes + scratchBytes
        let wanted: Int
        switch budget {
        case .automatic(let maxSequences, let machineBytes):
            let blocksPerSequence = (maxModelLength + blockSize - 1) / blockSize
            let affordable = max(1, machineBytes / 4 / max(1, bytesPerBlock))
            wanted = min(maxSequences * blocksPerSequence, affordable)
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
        self.blockSize = blockSize
        totalBlocks = min(wanted, Int(BlockID.max) - 1)
    }
}
