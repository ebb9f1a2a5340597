/// Matrices turned over: `[…, inputs, outputs]` becomes `[…, outputs, inputs]`.
///
/// Plain types keep theirs; others become float32.
public struct TransposingRecipe: WeightRecipe {
    public let shape: [Int]
    public let type: StorageType
    private let weight: WeightMatrix
    private let matrices: Int

    /// - Parameter matrices: as how many the weight's rows are to be seen.
    public init(_ weight: WeightMatrix, matrices: Int = 1) {
        self.weight = weight
        self.matrices = matrices
        let rows = weight.rows / matrices
        shape = matrices == 1 ? [weight.columns, rows] : [matrices, weight.columns, rows]
        type = weight.type.isQuantized ? .float32 : weight.type
    }

    public func make(
        into bytes: UnsafeMutableRawBufferPointer, context: ComputeContext
    ) throws(WeightError) -> ColumnOrder? {
        guard let start = bytes.baseAddress else { return nil }
        let target = SharedPointer(start.assumingMemoryBound(to: UInt8.self))
        let (rows, columns) = (weight.rows / matrices, weight.columns)
        // A row at a time: each thread writes the columns of rows that no other reads.
        context.workers.runRanges(weight.rows, grain: 16) { range in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, columns)) { widened in
                for row in range {
                    let first = row / rows * rows * columns + row % rows
                    switch type {
                    case .float32:
                        weight.widen(rows: row..<(row + 1), into: widened.baseAddress!, kernels: context.kernels)
                        scatter(UnsafeRawPointer(widened.baseAddress!), as: UInt32.self, first, rows, target)
                    default: scatter(weight.baseAddress + row * weight.rowBytes, as: UInt16.self, first, rows, target)
                    }
                }
            }
        }
        return nil
    }

    private func scatter<Element: BitwiseCopyable>(
        _ row: UnsafeRawPointer, as element: Element.Type, _ first: Int, _ stride: Int, _ target: SharedPointer<UInt8>
    ) {
        let size = MemoryLayout<Element>.size
        for column in 0..<weight.columns {
            let number = row.loadUnaligned(fromByteOffset: column * size, as: Element.self)
            UnsafeMutableRawPointer(target.pointer).storeBytes(
                of: number, toByteOffset: (first + column * stride) * size, as: Element.self)
        }
    }

    public func releasePages() { weight.releasePages() }
}
