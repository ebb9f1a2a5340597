import QuireCore

/// Gives another backend its weights in one type, converted at loading: what `--dtype` asks for.
///
/// A converted weight is a copy in memory, a quantised one too; one that already has the type is handed on as it is.
struct ConvertingMatmul: MatmulBackend {
    static let name = "converting"
    static let summary = "converts weights for another backend"
    static let isBatchInvariant = true
    private let inner: any MatmulBackend
    private let type: StorageType
    private let kernels: Kernels

    /// - Parameter type: not a quantised one.
    init(_ inner: any MatmulBackend, to type: StorageType, context: ComputeContext) {
        precondition(!type.isQuantized, "weights are converted to plain types only")
        self.inner = inner
        self.type = type
        kernels = context.kernels
    }

    init(context: ComputeContext) throws { preconditionFailure("a converting backend serves another one") }

    func objections(to weight: WeightMatrix) -> [String] { inner.objections(to: weight) }

    func packedBytes(rows: Int, columns: Int, type stored: StorageType) -> Int {
        let copy = stored == type ? 0 : rows * type.bytes(forColumns: columns)
        return copy + inner.packedBytes(rows: rows, columns: columns, type: type)
    }

    func prepare(_ weight: WeightMatrix) throws -> any PreparedMatrix {
        if weight.type == type { return try inner.prepare(weight) }
        let copy = ConvertedBytes(weight, to: type, kernels: kernels)
        weight.releasePages()
        return try inner.prepare(
            WeightMatrix(
                name: weight.name, rows: weight.rows, columns: weight.columns, type: type,
                bytes: UnsafeRawBufferPointer(copy.bytes), owner: copy))
    }
}

/// A weight's copy in another type; owns its memory.
private final class ConvertedBytes {
    let bytes: UnsafeMutableRawBufferPointer

    init(_ weight: WeightMatrix, to type: StorageType, kernels: Kernels) {
        let rowBytes = type.bytes(forColumns: weight.columns)
        bytes = .allocate(byteCount: weight.rows * rowBytes, alignment: 64)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: weight.columns) { row in
            for index in 0..<weight.rows {
                weight.widen(rows: index..<(index + 1), into: row.baseAddress!, kernels: kernels)
                let target = bytes.baseAddress! + index * rowBytes
                switch type {
                case .float32: target.copyMemory(from: row.baseAddress!, byteCount: rowBytes)
                case .bfloat16:
                    kernels.narrow_bf16(row.baseAddress!, row.count, target.assumingMemoryBound(to: UInt16.self))
                case .float16:
                    kernels.narrow_f16(row.baseAddress!, row.count, target.assumingMemoryBound(to: UInt16.self))
                default: preconditionFailure("weights are not converted to \(type)")
                }
            }
        }
    }

    deinit { bytes.deallocate() }
}
