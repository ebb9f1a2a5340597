import CKernels
import QuireCore

/// Multiplies by Q4_0 and Q8_0 weights with integers: weights are packed once, activations rounded to 8 bits with a scale
/// for each 32. Other weights are multiplied by as `native` does.
///
/// Several times as fast as floats; results differ from those of the exact weights by the rounding of the activations.
public struct Int8Matmul: MatmulBackend {
    public static let name = "int8"
    public static let summary =
        "Q4_0 and Q8_0 weights packed (a copy), activations rounded to 8 bits; else as native; batch-invariant"
    public static let isBatchInvariant = true

    private let native: NativeMatmul
    private let kernels: Int8Kernels
    private let workers: WorkerPool

    public init(context: ComputeContext) throws {
        native = NativeMatmul(context: context)
        kernels = context.kernels.int8
        workers = context.workers
    }

    public func objections(to weight: WeightMatrix) -> [String] { native.objections(to: weight) }

    public func packedBytes(rows: Int, columns: Int, type: StorageType) -> Int {
        guard let format = PackedFormat(type) else {
            return native.packedBytes(rows: rows, columns: columns, type: type)
        }
        return qk_packed_bytes(rows, columns, kernels.group_rows, format.bits)
    }

    public func prepare(_ weight: WeightMatrix) -> any PreparedMatrix {
        guard let format = PackedFormat(weight.type) else { return native.prepare(weight) }
        let packed = PackedMatrix(weight, format, kernels, workers)
        weight.releasePages()
        return packed
    }
}

/// The types that have integer kernels.
enum PackedFormat {
    case q4
    case q8

    init?(_ type: StorageType) {
        switch type {
        case .q4_0: self = .q4
        case .q8_0: self = .q8
        default: return nil
        }
    }

    var bits: Int32 { self == .q4 ? 4 : 8 }
}
