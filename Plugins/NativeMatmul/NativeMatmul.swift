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
    private let parts: PackingParts

    public init(context: ComputeContext) {
        exact = ExactMatmul(context: context)
        parts = PackingParts(context)
    }

    public func objections(to weight: WeightMatrix) -> [String] { [] }

    public func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int {
        guard let type = Self.packable(type) else { return 0 }
        return PackedMatrix.byteCount(rows: rows, columns: columns, type: type, kernels: parts.kernels)
    }

    public func prepare(_ weight: WeightMatrix) -> any PreparedMatrix {
        guard let type = Self.packable(weight.type) else { return exact.prepare(weight) }
        let packed = PackedMatrix(packing: weight, type: type, parts: parts)
        weight.releasePages()
        return packed
    }

    public func restore(_ name: String, rows: Int, columns: Int, type: StorageType) -> (any PreparedMatrix)? {
        guard let quant = Self.packable(type) else { return nil }
        return PackedMatrix(
            keptFor: name, rows: rows, columns: columns, storage: type, type: quant, parts: parts)
    }

    public func group(_ matrices: [any PreparedMatrix]) -> any PreparedGroup {
        let packed = matrices.compactMap { $0 as? PackedMatrix }
        guard packed.count == matrices.count else { return exact.group(matrices) }
        return PackedGroup(packed, threads: parts.workers.threads)
    }

    /// What the kernels call a type that they have a packed form of.
    private static func packable(_ type: StorageType) -> qk_quant? {
        guard let quant = type.quant, qk_has_packed_form(quant) else { return nil }
        return quant
    }
}
