import CKernels
import QuireCore

/// A weight of floats, multiplied by where it lies.
struct InPlaceMatrix: PreparedMatrix {
    let weight: WeightMatrix
    let kernel: qk_matmul
    var rows: Int { weight.rows }
    var columns: Int { weight.columns }

    /// Output rows that a thread takes at a time at least, so that it reads memory in long runs.
    private static let grain = 16

    func multiply(_ input: Tensor, into output: Tensor) {
        let (x, y) = (SharedPointer(input.baseAddress), SharedPointer(output.baseAddress))
        let (tokens, columns, rows) = (input.rows, columns, rows)
        input.context.workers.runRanges(rows, grain: Self.grain) { range in
            kernel(
                x.pointer, columns, tokens, weight.baseAddress, columns, columns, range.lowerBound, range.upperBound,
                y.pointer, rows)
        }
    }
}
