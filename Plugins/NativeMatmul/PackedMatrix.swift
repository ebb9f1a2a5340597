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

/// A quantised weight in the order that the integer kernels read.
struct PackedMatrix: PreparedMatrix {
    let rows: Int
    let columns: Int
    private let type: qk_quant
    private let kernels: Int8Kernels
    private let groupBytes: Int
    private let packed: KeptBytes

    /// Bytes of packed weights that a thread takes at a time at least, so that it reads memory in long runs.
    private static let grainBytes = 32 << 10
    /// The blocks of quantised activations lie in scratch memory, which is floats.
    private static let floatsPerBlock = MemoryLayout<qk_int8_block>.stride / MemoryLayout<Float>.stride

    private init(rows: Int, columns: Int, type: qk_quant, kernels: Int8Kernels, packed: KeptBytes) {
        (self.rows, self.columns, self.type, self.kernels) = (rows, columns, type, kernels)
        self.packed = packed
        groupBytes = qk_packed_group_bytes(type, columns, kernels.group_rows)
    }

    /// Packs a weight, with all threads, and keeps the result where the context keeps such.
    init(packing weight: WeightMatrix, type: qk_quant, parts: PackingParts) {
        let kernels = parts.kernels
        let count = Self.byteCount(rows: weight.rows, columns: weight.columns, type: type, kernels: kernels)
        let memory = OwnedBytes(count: max(64, count))
        let packed = KeptBytes(bytes: UnsafeRawBufferPointer(rebasing: memory.bytes[..<count]), owner: memory)
        self.init(rows: weight.rows, columns: weight.columns, type: type, kernels: kernels, packed: packed)
        let target = SharedPointer(memory.bytes.baseAddress!.assumingMemoryBound(to: UInt8.self))
        parts.workers.runRanges(groups, grain: grain) { range in
            kernels.pack(
                type, weight.baseAddress, weight.rowBytes, weight.rows, weight.columns, range.lowerBound,
                range.upperBound, target.pointer)
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
        self.init(rows: rows, columns: columns, type: type, kernels: kernels, packed: kept)
    }

    static func byteCount(rows: Int, columns: Int, type: qk_quant, kernels: Int8Kernels) -> Int {
        qk_packed_groups(rows, kernels.group_rows) * qk_packed_group_bytes(type, columns, kernels.group_rows)
    }

    /// Names the order that the kernels pack a type in; its version changes when `CKernels/int8/layout.h` does.
    private static func layout(_ type: StorageType, _ kernels: Int8Kernels) -> String {
        "\(type.rawValue) in groups of \(kernels.group_rows), version 2"
    }

    private var groups: Int { qk_packed_groups(rows, kernels.group_rows) }

    /// Groups of rows that a thread takes at a time at least.
    private var grain: Int { max(1, Self.grainBytes / max(1, groupBytes)) }

    func multiply(_ input: Tensor, into output: Tensor) {
        let (tokens, columns, rows) = (input.rows, columns, rows)
        let blocks = columns / Int(QK_BLOCK)
        let scratch = input.context.tensor(rows: tokens, columns: blocks * Self.floatsPerBlock)
        let (x, y) = (SharedPointer(input.baseAddress), SharedPointer(output.baseAddress))
        let (packed, type, quantize, product) = (packed, type, kernels.quantize_activations, kernels.matmul)
        scratch.baseAddress.withMemoryRebound(to: qk_int8_block.self, capacity: max(1, tokens * blocks)) { memory in
            let activations = SharedPointer(memory)
            input.context.workers.runRanges(tokens, grain: 4) { range in
                quantize(
                    x.pointer + range.lowerBound * columns, columns, range.count, columns,
                    activations.pointer + range.lowerBound * blocks, blocks)
            }
            input.context.workers.runRanges(groups, grain: grain) { range in
                product(
                    type, activations.pointer, blocks, tokens, packed.bytes.baseAddress!, rows, columns,
                    range.lowerBound,
                    range.upperBound, y.pointer, rows)
            }
        }
    }
}
