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

extension WeightMatrix {
    /// Writes some rows as float32, one after the other.
    public func widen(rows range: Range<Int>, into target: UnsafeMutablePointer<Float>, kernels: Kernels) {
        precondition(range.lowerBound >= 0 && range.upperBound <= rows)
        let count = range.count * columns
        let source = baseAddress + range.lowerBound * columns * type.bytesPerElement
        switch type {
        case .float32: UnsafeMutableRawPointer(target).copyMemory(from: source, byteCount: count * 4)
        case .bfloat16: kernels.widen_bf16(source.assumingMemoryBound(to: UInt16.self), count, target)
        case .float16: kernels.widen_f16(source.assumingMemoryBound(to: UInt16.self), count, target)
        }
    }
}
