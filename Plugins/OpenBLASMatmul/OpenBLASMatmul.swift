import COpenBLAS
import QuireCore

/// Multiplies with OpenBLAS's `sgemm`, which knows float32 only.
///
/// Other weights are widened once, at loading: twice the size of bf16 and f16 in memory, seven times that of 4 bits, and
/// as much more memory traffic in each step, for the speed of a tuned product. The order of its sums depends on the
/// shape, so it is not batch-invariant.
public struct OpenBLASMatmul: MatmulBackend {
    public static let name = "openblas"
    public static let summary =
        "OpenBLAS sgemm; bf16, f16 and quantised weights are widened to f32 at loading (a copy); not batch-invariant"
    public static let isBatchInvariant = false

    private let kernels: Kernels

    public init(context: ComputeContext) {
        kernels = context.kernels
        openblas_set_num_threads(Int32(context.workers.threads))
    }

    public func objections(to weight: WeightMatrix) -> [String] {
        weight.rows > Int(Int32.max) || weight.columns > Int(Int32.max) ? ["it is too large for 32-bit sizes"] : []
    }

    public func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int {
        type == .float32 ? 0 : rows * columns * MemoryLayout<Float>.stride
    }

    public func prepare(_ weight: WeightMatrix) -> any PreparedMatrix {
        if weight.type == .float32 { return SingleMatrix(weight: weight) }
        let widened = WidenedMatrix(weight, kernels: kernels)
        weight.releasePages()
        return widened
    }
}

/// A float32 weight in its file.
private struct SingleMatrix: PreparedMatrix {
    let weight: WeightMatrix
    var rows: Int { weight.rows }
    var columns: Int { weight.columns }

    func multiply(_ input: Tensor, into output: Tensor) {
        sgemm(input, weight.baseAddress.assumingMemoryBound(to: Float.self), into: output)
    }
}

/// A weight's float32 copy; owns its memory, which is written in `init` only.
private final class WidenedMatrix: PreparedMatrix {
    let rows: Int
    let columns: Int
    nonisolated(unsafe) private let values: UnsafeMutablePointer<Float>

    init(_ weight: WeightMatrix, kernels: Kernels) {
        rows = weight.rows
        columns = weight.columns
        values = .allocate(capacity: rows * columns)
        weight.widen(rows: 0..<rows, into: values, kernels: kernels)
    }

    deinit { values.deallocate() }

    func multiply(_ input: Tensor, into output: Tensor) { sgemm(input, values, into: output) }
}

/// `output = input · weightᵀ`, row-major.
private func sgemm(_ input: Tensor, _ weight: UnsafePointer<Float>, into output: Tensor) {
    let (tokens, inputs, outputs) = (Int32(input.rows), Int32(input.columns), Int32(output.columns))
    cblas_sgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, tokens, outputs, inputs, 1, input.baseAddress, inputs, weight, inputs,
        0, output.baseAddress, outputs)
}

/// Brings the matmul backend `openblas`.
public enum OpenBLASMatmulPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.matmulBackends.add(OpenBLASMatmul.name, OpenBLASMatmul.self)
    }
}
