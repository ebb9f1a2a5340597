import QuireCore
import QuireFormats
import Synchronization

/// A LLaMA of a usual shape with random weights, for measurements: as fast and as large as a real one, and it says nothing.
///
/// Its vocabulary is made up too, but complete: any text can be given to it. The same shape, format and seed give the
/// same file.
public struct RandomModel: Sendable {
    public let shape: Shape
    public let format: WeightFormat
    public let seed: UInt64

    public init(shape: Shape, format: WeightFormat = .bfloat16, seed: UInt64 = 0) {
        self.shape = shape
        self.format = format
        self.seed = seed
    }

    /// Weights are drawn with this deviation, that of fresh LLaMAs, so that activations stay in range.
    static let deviation: Float = 0.02

    /// Writes the model as a GGUF file, on several threads; 4 GB take a few seconds and almost no memory.
    ///
    /// - Parameters:
    ///   - overwrites: whether a file at `path` may be replaced.
    ///   - onProgress: is told how many of how many bytes are written, from any thread.
    /// - Throws: `FormatError` where the file cannot be written.
    public func write(
        to path: String, threads: Int = WorkerPool.availableProcessors, overwrites: Bool = false,
        onProgress: @escaping @Sendable (_ written: Int, _ total: Int) -> Void = { _, _ in }
    ) throws {
        let kernels = try Kernels()
        let workers = WorkerPool(threads: threads)
        let tensors = shape.tensors(in: format)
        let writer = try GGUFWriter(
            path: path, metadata: shape.metadata(in: format), tensors: tensors.map(\.ggufTensor), overwrites: overwrites
        )
        let bags = Dictionary(
            uniqueKeysWithValues: Set(tensors.map(\.type)).map { type in
                (type, BagOfBlocks(type, deviation: Self.deviation, seed: seed, kernels: kernels, workers: workers))
            })
        let pieces = tensors.indices.flatMap { index in
            stride(from: 0, to: writer.byteCounts[index], by: Self.pieceBytes(tensors[index].type)).map { (index, $0) }
        }
        let total = writer.byteCounts.reduce(0, +)
        let state = Mutex<(written: Int, failure: FormatError?)>((0, nil))
        workers.run(pieces.count) { number in
            guard state.withLock({ $0.failure == nil }) else { return }
            let (index, offset) = pieces[number]
            let tensor = tensors[index]
            let count = min(Self.pieceBytes(tensor.type), writer.byteCounts[index] - offset)
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 64)
            defer { buffer.deallocate() }
            if tensor.isNorm {
                buffer.bindMemory(to: Float.self).initialize(repeating: 1)
            } else {
                // A piece is drawn by its place alone, whichever thread makes it.
                var random = SplitMix(seed: seed &+ UInt64(number) &* 0x1_0000_0001)
                bags[tensor.type]?.fill(buffer, &random)
            }
            do throws(FormatError) {
                try writer.write(UnsafeRawBufferPointer(buffer), ofTensor: index, at: offset)
                onProgress(
                    state.withLock { state in
                        state.written += count
                        return state.written
                    }, total)
            } catch {
                state.withLock { $0.failure = error }
            }
        }
        if let failure = state.withLock({ $0.failure }) { throw failure }
        try writer.finish()
    }

    /// About a megabyte, in whole units of the bag.
    private static func pieceBytes(_ type: StorageType) -> Int { 4_096 * type.bytes(forColumns: BagOfBlocks.unit) }
}
