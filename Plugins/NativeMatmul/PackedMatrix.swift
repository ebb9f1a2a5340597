import CKernels
import QuireCore

/// A quantised weight in the order that the integer kernels read; owns its memory, which is written in `init` only.
final class PackedMatrix: PreparedMatrix {
    let rows: Int
    let columns: Int
    private let type: qk_quant
    private let kernels: Int8Kernels
    private let groupBytes: Int
    nonisolated(unsafe) private let packed: UnsafeMutableRawPointer

    /// Bytes of packed weights that a thread takes at a time at least, so that it reads memory in long runs.
    private static let grainBytes = 32 << 10
    /// The blocks of quantised activations lie in scratch memory, which is floats.
    private static let floatsPerBlock = MemoryLayout<qk_int8_block>.stride / MemoryLayout<Float>.stride

    init(_ weight: WeightMatrix, _ type: qk_quant, _ kernels: Int8Kernels, _ workers: WorkerPool) {
        (rows, columns) = (weight.rows, weight.columns)
        (self.type, self.kernels) = (type, kernels)
        groupBytes = qk_packed_group_bytes(type, columns, kernels.group_rows)
        packed = .allocate(byteCount: max(64, qk_packed_groups(rows, kernels.group_rows) * groupBytes), alignment: 64)
        let target = SharedPointer(packed.assumingMemoryBound(to: UInt8.self))
        let pack = kernels.pack
        workers.runRanges(groups, grain: grain) { range in
            pack(
                type, weight.baseAddress, weight.rowBytes, weight.rows, weight.columns, range.lowerBound,
                range.upperBound, target.pointer)
        }
    }

    deinit { packed.deallocate() }

    private var groups: Int { qk_packed_groups(rows, kernels.group_rows) }

    /// Groups of rows that a thread takes at a time at least.
    private var grain: Int { max(1, Self.grainBytes / max(1, groupBytes)) }

    func multiply(_ input: Tensor, into output: Tensor) {
        let (tokens, columns, rows) = (input.rows, columns, rows)
        let blocks = columns / Int(QK_BLOCK)
        let scratch = input.context.tensor(rows: tokens, columns: blocks * Self.floatsPerBlock)
        let (x, y) = (SharedPointer(input.baseAddress), SharedPointer(output.baseAddress))
        let weights = SharedPointer(packed.assumingMemoryBound(to: UInt8.self))
        let (type, quantize, product) = (type, kernels.quantize_activations, kernels.matmul)
        scratch.baseAddress.withMemoryRebound(to: qk_int8_block.self, capacity: max(1, tokens * blocks)) { memory in
            let activations = SharedPointer(memory)
            input.context.workers.runRanges(tokens, grain: 4) { range in
                quantize(
                    x.pointer + range.lowerBound * columns, columns, range.count, columns,
                    activations.pointer + range.lowerBound * blocks, blocks)
            }
            input.context.workers.runRanges(groups, grain: grain) { range in
                product(
                    type, activations.pointer, blocks, tokens, weights.pointer, rows, columns, range.lowerBound,
                    range.upperBound, y.pointer, rows)
            }
        }
    }
}
