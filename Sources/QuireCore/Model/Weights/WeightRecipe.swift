/// A weight that its file holds in a layout that no kernel reads, and how to make it in one that they read.
///
/// Obligations: what is made depends on the file alone, not on the threads. The shape's rows are whole blocks of the type.
public protocol WeightRecipe: Sendable {
    /// `[rows, columns]`, or several such.
    var shape: [Int] { get }
    var type: StorageType { get }

    /// Writes the weight on all threads.
    ///
    /// - Parameter bytes: room for all rows, uninitialised.
    /// - Returns: the order of the columns, where it is not that of the inputs.
    /// - Throws: `WeightError` that names the tensor for numbers that cannot be.
    func make(into bytes: UnsafeMutableRawBufferPointer, context: ComputeContext) throws(WeightError) -> ColumnOrder?

    /// Gives the pages of the file back to the system.
    func releasePages()
}

/// The bytes that a recipe has made; owns their memory, which is written in `init` only.
final class MadeWeight {
    let bytes: UnsafeMutableRawBufferPointer
    let order: ColumnOrder?

    init(_ recipe: some WeightRecipe, byteCount: Int, context: ComputeContext) throws(WeightError) {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 64)
        do throws(WeightError) {
            order = try recipe.make(into: bytes, context: context)
        } catch {
            bytes.deallocate()
            throw error
        }
        self.bytes = bytes
        recipe.releasePages()
    }

    deinit { bytes.deallocate() }
}
