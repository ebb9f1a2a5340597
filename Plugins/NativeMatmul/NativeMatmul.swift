import CKernels
import QuireCore

/// Multiplies by weights where their file keeps them: float32, bf16 and f16, nothing copied, batch-invariant.
public struct NativeMatmul: MatmulBackend {
    public static let name = "native"
    public static let summary = "f32, bf16 and f16 weights read in place by own SIMD kernels; batch-invariant"
    public static let isBatchInvariant = true

    private let kernels: Kernels

    public init(context: ComputeContext) { kernels = context.kernels }

    public func objections(to weight: WeightMatrix) -> [String] { [] }

    public func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int { 0 }

    public func prepare(_ weight: WeightMatrix) -> any PreparedMatrix {
        switch weight.type {
        case .float32: InPlaceMatrix(weight: weight, kernel: kernels.matmul_f32)
        case .bfloat16: InPlaceMatrix(weight: weight, kernel: kernels.matmul_bf16)
        case .float16: InPlaceMatrix(weight: weight, kernel: kernels.matmul_f16)
        }
    }
}

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

/// Brings the matmul backend `native`.
public enum NativeMatmulPlugin: EnginePlugin {
    public static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.matmulBackends.add(NativeMatmul.name, NativeMatmul.self)
    }
}
