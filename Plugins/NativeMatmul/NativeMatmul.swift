import CKernels
import QuireCore

/// Multiplies by floats where their file keeps them, and by quantised weights with integers: those are packed once, and
/// activations rounded to 8 bits with a scale for each 32.
///
/// Several times as fast for quantised weights as floats are (`exact`), from which results differ by the rounding of the
/// activations. Batch-invariant either way.
public struct NativeMatmul: MatmulBackend {
    public static let name = "native"
    public static let summary =
        "own SIMD kernels; floats in place, quantised weights packed and activations rounded to 8 bits; batch-invariant"
    public static let isBatchInvariant = true

    private let exact: ExactMatmul
    private let kernels: Int8Kernels
    private let workers: WorkerPool

    public init(context: ComputeContext) {
        exact = ExactMatmul(context: context)
        kernels = context.kernels.int8
        workers = context.workers
    }

    public func objections(to weight: WeightMatrix) -> [String] { [] }

    public func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int {
        guard let type = Self.packable(type) else { return 0 }
        return qk_packed_groups(rows, kernels.group_rows) * qk_packed_group_bytes(type, columns, kernels.group_rows)
    }

    public func prepare(_ weight: WeightMatrix) -> any PreparedMatrix {
        guard let type = Self.packable(weight.type) else { return exact.prepare(weight) }
        let packed = PackedMatrix(weight, type, kernels, workers)
        weight.releasePages()
        return packed
    }

    /// What the kernels call a type that they have a packed form of.
    private static func packable(_ type: StorageType) -> qk_quant? {
        guard let quant = type.quant, qk_has_packed_form(quant) else { return nil }
        return quant
    }
}
