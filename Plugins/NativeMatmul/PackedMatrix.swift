import CKernels
import QuireCore

/// A weight of 4 or 8 bits in the order that the integer kernels read; owns its memory, which is written in `init` only.
final class PackedMatrix: PreparedMatrix {
    let rows: Int
    let columns: Int
    private let format: PackedFormat
    private let kernels: Int8Kernels
    nonisolated(unsafe) private let packed: UnsafeMutableRawPointer

    /// Bytes of packed weights that a thread takes at a time at least, so that it reads memory in long runs.
    private static let grainBytes = 32 << 10
    /// The blocks of quantised activations lie in scratch memory, which is floats.
    private static let floatsPerBlock = MemoryLayout<qk_int8_block>.stride / MemoryLayout<Float>.stride

    init(_ weight: WeightMatrix, _ format: PackedFormat, _ kernels: Int8Kernels, _ workers: WorkerPool) {
        (rows, columns) = (weight.rows, weight.columns)
        (self.format, self.kernels) = (format, kernels)
        packed = .allocate(
            byteCount: max(64, qk_packed_bytes(rows, columns, kernels.group_rows, format.bits)), alignment: 64)
        let target = SharedPointer(packed.assumingMemoryBound(to: UInt8.self))
        let pack = format == .q4 ? kernels.pack_q4 : kernels.pack_q8
        workers.runRanges(groups, grain: grain) { range in
            pack(
                weight.baseAddress, weight.rowBytes, weight.rows, weight.columns, range.lowerBound, range.upperBound,
                target.pointer)
        }
    }

    deinit { packed.deallocate() }

    private var groups: Int { qk_packed_groups(rows, kernels.group_rows) }

    /// Groups of rows that a thread takes at a time at least.
    private var grain: Int {
        max(1, Self.grainBytes / max(1, qk_packed_group_bytes(columns, kernels.group_rows, format.bits)))
    }

    func multiply(_ input: Tensor, into output: Tensor) {
        let (tokens, columns, rows) = (input.rows, columns, rows)
        let blocks = columns / Int(QK_BLOCK)
        let scratch = input.context.tensor(rows: tokens, columns: blocks * Self.floatsPerBlock)
        let (x, y) = (SharedPointer(input.baseAddress), SharedPointer(output.baseAddress))
        let weights = SharedPointer(packed.assumingMemoryBound(to: UInt8.self))
        let (quantize, product) = (
            kernels.quantize_activations, format == .q4 ? kernels.matmul_q4 : kernels.matmul_q8
        )
        scratch.baseAddress.withMemoryRebound(to: qk_int8_block.self, capacity: max(1, tokens * blocks)) { memory in
            let activations = SharedPointer(memory)
            input.context.workers.runRanges(tokens, grain: 4) { range in
                quantize(
                    x.pointer + range.lowerBound * columns, columns, range.count, columns,
                    activations.pointer + range.lowerBound * blocks, blocks)
            }
            input.context.workers.runRanges(groups, grain: grain) { range in
                product(
                    activations.pointer, blocks, tokens, weights.pointer, rows, columns, range.lowerBound,
                    range.upperBound, y.pointer, rows)
            }
        }
    }
}
