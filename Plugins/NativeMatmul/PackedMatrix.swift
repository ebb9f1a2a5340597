import CKernels
import QuireCore

/// What packing takes: the kernels, the threads, and where results are kept.
struct PackingParts {
    let kernels: Int8Kernels
    let workers: WorkerPool
    let store: (any PackedWeightStore)?

    init(_ context: ComputeContext) {
        kernels = context.kernels.int8
        workers = context.workers
        store = context.packedWeights
    }
}

/// A quantised weight in the order that the integer kernels read: groups of rows.
struct PackedMatrix: PreparedMatrix {
    let rows: Int
    let columns: Int
    private let type: qk_quant
    private let kernels: Int8Kernels
    private let packed: KeptBytes
    private let pieces: RowPieces
    /// Of groups.
    let extent: RowPieces.Extent

    private init(rows: Int, columns: Int, type: qk_quant, parts: PackingParts, packed: KeptBytes) {
        (self.rows, self.columns, self.type, self.packed) = (rows, columns, type, packed)
        kernels = parts.kernels
        extent = RowPieces.Extent(
            rows: qk_packed_groups(rows, kernels.group_rows),
            bytesPerRow: qk_packed_group_bytes(type, columns, kernels.group_rows), step: 2)
        pieces = RowPieces([extent], threads: parts.workers.threads)
    }

    /// Packs a weight, with all threads, and keeps the result where the context keeps such.
    init(packing weight: WeightMatrix, type: qk_quant, parts: PackingParts) {
        let kernels = parts.kernels
        let count = Self.byteCount(rows: weight.rows, columns: weight.columns, type: type, kernels: kernels)
        let memory = OwnedBytes(count: max(64, count))
        let packed = KeptBytes(bytes: UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]), owner: memory)
        self.init(rows: weight.rows, columns: weight.columns, type: type, parts: parts, packed: packed)
        let target = SharedPointer(memory.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))
        parts.workers.run(pieces.count) { index in
            let groups = pieces[index].rows
            kernels.pack(
                type, weight.baseAddress, weight.rowBytes, weight.rows, weight.columns, groups.lowerBound,
                groups.upperBound, target.pointer)
        }
        // In another order of columns a weight means nothing without that order, which is not kept.
        if weight.order == nil {
            parts.store?.keep(packed.bytes, of: weight.name, layout: Self.layout(weight.type, kernels))
        }
    }

    /// What an earlier process packed.
    init?(keptFor name: String, rows: Int, columns: Int, storage: StorageType, type: qk_quant, parts: PackingParts) {
        let kernels = parts.kernels
        let count = Self.byteCount(rows: rows, columns: columns, type: type, kernels: kernels)
        guard let kept = parts.store?.find(name, layout: Self.layout(storage, kernels), count: count) else {
            return nil
        }
        self.init(rows: rows, columns: columns, type: type, parts: parts, packed: kept)
    }

    static func byteCount(rows: Int, columns: Int, type: qk_quant, kernels: Int8Kernels) -> Int {
        qk_packed_groups(rows, kernels.group_rows) * qk_packed_group_bytes(type, columns, kernels.group_rows)
    }

    /// Names the order that the kernels pack a type in; its version changes when `CKernels/int8/layout.h` does.
    private static func layout(_ type: StorageType, _ kernels: Int8Kernels) -> String {
        "\(type.rawValue) in groups of \(kernels.group_rows), version 2"
    }

    func multiply(_ input: Tensor, into output: Tensor) { Self.multiply(input, [self], pieces, into: [output]) }

    /// Products of one input with several weights that one set of kernels has packed.
    static func multiply(_ input: Tensor, _ matrices: [PackedMatrix], _ pieces: RowPieces, into outputs: [Tensor]) {
        let activations = QuantizedActivations(input, matrices[0].kernels)
        let y = outputs.map { SharedPointer($0.baseAddress) }
        withExtendedLifetime(activations) {
            input.context.workers.run(pieces.count) { index in
                let piece = pieces[index]
                matrices[piece.matrix].product(activations, groups: piece.rows, y[piece.matrix].pointer)
            }
        }
    }

    private func product(
        _ activations: QuantizedActivations, groups: Range<Int>, _ y: UnsafeMutablePointer<Float>
    ) {
        kernels.matmul(
            type, activations.blocks.pointer, activations.blocksPerToken, activations.tokens,
            packed.bytes.baseAddress!, rows, columns, groups.lowerBound, groups.upperBound, y, rows)
    }
}

/// Packed weights that are multiplied by in one go, with activations rounded once.
struct PackedGroup: PreparedGroup {
    private let matrices: [PackedMatrix]
    private let pieces: RowPieces

    init(_ matrices: [PackedMatrix], threads: Int) {
        self.matrices = matrices
        pieces = RowPieces(matrices.map(\.extent), threads: threads)
    }

    func multiply(_ input: Tensor, into outputs: [Tensor]) {
        PackedMatrix.multiply(input, matrices, pieces, into: outputs)
    }
}
