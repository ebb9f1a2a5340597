import CKernels

/// What every layer computes with: the kernels of this machine, the threads, and the scratch memory of one engine.
public final class ComputeContext {
    public let kernels: Kernels
    public let workers: WorkerPool
    /// Where backends find weights that an earlier process packed.
    public let packedWeights: (any PackedWeightStore)?
    let scratch: ScratchPool

    public init(kernels: Kernels, workers: WorkerPool, packedWeights: (any PackedWeightStore)? = nil) {
        self.kernels = kernels
        self.workers = workers
        self.packedWeights = packedWeights
        scratch = ScratchPool()
    }

    /// Bytes of scratch memory taken from the system so far.
    public var scratchBytes: Int { scratch.reservedBytes }

    /// An uninitialised float32 matrix `[rows, columns]`; its memory returns to the pool when the last reference goes.
    public func tensor(rows: Int, columns: Int) -> Tensor {
        Tensor(rows: rows, columns: columns, context: self)
    }
}
