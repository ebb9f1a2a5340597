/// A small weight, such as a norm's scale or a bias, as float32.
public final class WeightVector: Sendable {
    public let count: Int
    nonisolated(unsafe) private let storage: UnsafeMutablePointer<Float>  // written in init only

    /// - Parameter range: some of the weight's elements; `nil` means all.
    init(_ weight: WeightMatrix, context: ComputeContext, range: Range<Int>? = nil) {
        let all = weight.rows * weight.columns
        let range = range ?? 0..<all
        count = range.count
        storage = .allocate(capacity: max(1, count))
        withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, all)) { widened in
            weight.widen(rows: 0..<weight.rows, into: widened.baseAddress!, kernels: context.kernels)
            storage.update(from: widened.baseAddress! + range.lowerBound, count: count)
        }
    }

    /// A vector of the given values.
    public init(_ values: [Float]) {
        count = values.count
        storage = .allocate(capacity: max(1, count))
        values.withUnsafeBufferPointer { values in
            if let start = values.baseAddress { storage.update(from: start, count: values.count) }
        }
    }

    deinit { storage.deallocate() }

    /// The first element; valid while the vector lives.
    public var baseAddress: UnsafePointer<Float> { UnsafePointer(storage) }

    /// This vector with a number added to each element.
    func adding(_ number: Float) -> WeightVector { WeightVector(values.map { $0 + number }) }

    /// The values.
    public var values: [Float] { Array(UnsafeBufferPointer(start: storage, count: count)) }
}
