/// A small weight, such as a norm's scale or a bias, as float32.
public final class WeightVector: Sendable {
    public let count: Int
    nonisolated(unsafe) private let storage: UnsafeMutablePointer<Float>  // written in init only

    init(_ weight: WeightMatrix, context: ComputeContext) {
        count = weight.rows * weight.columns
        storage = .allocate(capacity: max(1, count))
        weight.widen(rows: 0..<weight.rows, into: storage, kernels: context.kernels)
    }

    deinit { storage.deallocate() }

    /// The first element; valid while the vector lives.
    public var baseAddress: UnsafePointer<Float> { UnsafePointer(storage) }

    /// The values.
    public var values: [Float] { Array(UnsafeBufferPointer(start: storage, count: count)) }
}
