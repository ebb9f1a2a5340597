/// A weight whose columns lie in another order than the inputs: gathers each token's inputs, then multiplies.
///
/// It wraps what a backend has prepared, so that no backend knows of orders. A gather changes no bit, so what it wraps
/// stays as batch-invariant as it is.
struct PermutedMatrix: PreparedMatrix {
    private let inner: any PreparedMatrix
    private let order: ColumnOrder
    var rows: Int { inner.rows }
    var columns: Int { inner.columns }

    init(_ inner: any PreparedMatrix, order: ColumnOrder) {
        precondition(order.inputs.count == inner.columns, "an order for another number of columns")
        self.inner = inner
        self.order = order
    }

    func multiply(_ input: Tensor, into output: Tensor) {
        let gathered = input.context.tensor(rows: input.rows, columns: columns)
        let (source, target) = (SharedPointer(input.baseAddress), SharedPointer(gathered.baseAddress))
        let columns = columns
        order.inputs.withUnsafeBufferPointer { inputs in
            input.context.forRows(input.rows, costPerRow: columns) { range in
                for row in range {
                    let (from, to) = (source.pointer + row * columns, target.pointer + row * columns)
                    for column in 0..<columns { to[column] = from[Int(inputs[column])] }
                }
            }
        }
        inner.multiply(gathered, into: output)
    }
}
