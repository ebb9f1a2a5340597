import CKernels
import QuireCore

/// Activations rounded to 8 bits, as the integer kernels read them.
struct QuantizedActivations {
    let tokens: Int
    let blocksPerToken: Int
    let blocks: SharedPointer<qk_int8_block>
    /// Holds the blocks as long as this value lives.
    private let scratch: Tensor

    /// The blocks lie in scratch memory, which is floats.
    private static let floatsPerBlock = MemoryLayout<qk_int8_block>.stride / MemoryLayout<Float>.stride

    /// Rounds `[tokens, columns]`, with all threads.
    init(_ input: Tensor, _ kernels: Int8Kernels) {
        let (columns, perToken) = (input.columns, input.columns / Int(QK_BLOCK))
        scratch = input.context.tensor(rows: input.rows, columns: perToken * Self.floatsPerBlock)
        // Nobody but the kernels reads or writes them as blocks.
        let memory = UnsafeMutableRawPointer(scratch.baseAddress)
        let blocks = SharedPointer(memory.assumingMemoryBound(to: qk_int8_block.self))
        let x = SharedPointer(input.baseAddress)
        input.context.workers.runRanges(input.rows, grain: 4) { range in
            kernels.quantize_activations(
                x.pointer + range.lowerBound * columns, columns, range.count, columns,
                blocks.pointer + range.lowerBound * perToken, perToken)
        }
        (tokens, blocksPerToken, self.blocks) = (input.rows, perToken, blocks)
    }
}
