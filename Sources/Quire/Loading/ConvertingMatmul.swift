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
        let copy = converted(weight)
        weight.releasePages()
        return try inner.prepare(
            WeightMatrix(
                name: weight.name, rows: weight.rows, columns: weight.columns, type: type,
                bytes: UnsafeRawBufferPointer(copy.bytes), owner: copy))
    }

    private func converted(_ weight: WeightMatrix) -> OwnedBytes {
        let rowBytes = type.bytes(forColumns: weight.columns)
        let copy = OwnedBytes(count: weight.rows * rowBytes)
        withUnsafeTemporaryAllocation(of: Float.self, capacity: weight.columns) { row in
            for index in 0..<weight.rows {
                weight.widen(rows: index..<(index + 1), into: row.baseAddress!, kernels: kernels)
                let target = copy.bytes.baseAddress! + index * rowBytes
                let isStored = type.store(row.baseAddress!, count: row.count, into: target, kernels: kernels)
                precondition(isStored, "plain types take every number")
            }
        }
        return copy
    }
}
