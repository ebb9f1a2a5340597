import CKernels
import QuireCore

/// A quantised weight of any type, dequantised in the cache while it is multiplied by.
struct QuantizedMatrix: PreparedMatrix {
    private let weight: WeightMatrix
    private let type: qk_quant
    private let kernel: qk_matmul_quantized
    var rows: Int { weight.rows }
    var columns: Int { weight.columns }

    /// Output rows that a thread takes at a time at least, so that it reads memory in long runs.
    private static let grain = 16

    init(weight: WeightMatrix, kernels: Kernels) {
        guard let type = weight.type.quant else { preconditionFailure("\(weight.name) is not quantised") }
        self.weight = weight
        self.type = type
        kernel = kernels.matmul_quantized
    }

    func multiply(_ input: Tensor, into output: Tensor) {
        let (x, y) = (SharedPointer(input.baseAddress), SharedPointer(output.baseAddress))
        let (tokens, columns, rows) = (input.rows, columns, rows)
        input.context.workers.runRanges(rows, grain: Self.grain) { range in
            kernel(
                type, x.pointer, columns, tokens, weight.baseAddress, weight.rowBytes, columns, range.lowerBound,
                range.upperBound, y.pointer, rows)
        }
    }
}
