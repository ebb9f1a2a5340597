import CKernels
import QuireCore

/// Multiplies by weights where their file keeps them, in floats, quantised ones too: nothing copied, nothing rounded,
/// batch-invariant.
public struct ExactMatmul: MatmulBackend {
    public static let name = "exact"
    public static let summary =
        "as native, but activations are never rounded: quantised weights become floats in the cache; batch-invariant"
    public static let isBatchInvariant = true

    private let kernels: Kernels
    private let threads: Int

    public init(context: ComputeContext) {
        kernels = context.kernels
        threads = context.workers.threads
    }

    public func objections(to weight: WeightMatrix) -> [String] { [] }

    public func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int { 0 }

    public func prepare(_ weight: WeightMatrix) -> any PreparedMatrix {
        switch weight.type {
        case .float32: InPlaceMatrix(weight: weight, kernel: kernels.matmul_f32, threads: threads)
        case .bfloat16: InPlaceMatrix(weight: weight, kernel: kernels.matmul_bf16, threads: threads)
        case .float16: InPlaceMatrix(weight: weight, kernel: kernels.matmul_f16, threads: threads)
        default: QuantizedMatrix(weight: weight, kernels: kernels)
        }
    }
    public func group(_ matrices: [any PreparedMatrix]) -> any PreparedGroup {
        let inPlace = matrices.compactMap { $0 as? InPlaceMatrix }
        guard inPlace.count == matrices.count else { return SeparateMatrices(matrices) }
        return InPlaceGroup(inPlace, threads: threads)
    }
}
