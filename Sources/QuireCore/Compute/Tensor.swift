/// A float32 matrix `[rows, columns]`, row-major, in scratch memory: the activations of one step, a row per token.
///
/// Rows are independent: every operation on one row gives the same bytes whatever the other rows hold.
public final class Tensor {
    public let rows: Int
    public let columns: Int
    public let context: ComputeContext
    private let storage: UnsafeMutableBufferPointer<Float>

    init(rows: Int, columns: Int, context: ComputeContext) {
        precondition(rows >= 0 && columns >= 0)
        self.rows = rows
        self.columns = columns
        self.context = context
        storage = context.scratch.take(rows * columns)
    }

    deinit { context.scratch.give(storage) }

    /// The first element; valid while the tensor lives.
    public var baseAddress: UnsafeMutablePointer<Float> { storage.baseAddress! }

    /// The elements of one row; valid while the tensor lives.
    public func row(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
        precondition(index >= 0 && index < rows, "row \(index) of a tensor with \(rows) rows")
        return UnsafeMutableBufferPointer(start: baseAddress + index * columns, count: columns)
    }

    /// Adds `other`, of the same shape, element by element.
    public func add(_ other: Tensor) {
        precondition(other.rows == rows && other.columns == columns, "shapes differ")
        let (target, source) = (SharedPointer(baseAddress), SharedPointer(other.baseAddress))
        let kernels = context.kernels
        context.forRows(rows, costPerRow: columns) { range in
            let offset = range.lowerBound * columns
            kernels.add(target.pointer + offset, source.pointer + offset, range.count * columns)
        }
    }

    /// A new tensor that holds the given rows, in the given order.
    public func gathered(_ indices: [Int]) -> Tensor {
        let result = context.tensor(rows: indices.count, columns: columns)
        for (target, source) in indices.enumerated() {
            _ = result.row(target).update(fromContentsOf: row(source))
        }
        return result
    }
}

extension ComputeContext {
    /// Calls `body` with ranges of `0..<rows` on all threads, or at once here where the work is too small to hand over.
    ///
    /// - Parameter costPerRow: elements touched per row.
    public func forRows(_ rows: Int, costPerRow: Int, _ body: (Range<Int>) -> Void) {
        let total = rows * costPerRow
        // Below some ten thousand elements a hand-over costs more than the work.
        if total < 32_768 {
            if rows > 0 { body(0..<rows) }
        } else {
            workers.runRanges(rows, grain: max(1, 8_192 / max(1, costPerRow)), body)
        }
    }
}
