import QuireCore
import QuireFormats

/// A weight as AWQ's tools store it for their matrix products (`gemm`).
///
/// `qweight` `[columns, rows / 8]` and `qzeros` `[groups, rows / 8]` pack eight outputs into a word, the even ones in the
/// low half, the odd ones in the high one; `scales` is `[groups, rows]`. w = scale · (q - zero). Source: AutoAWQ's
/// `WQLinear_GEMM`.
struct AWQWeight: WeightRecipe {
    static let parts = ["qweight", "qzeros", "scales"]

    let shape: [Int]
    let type: StorageType
    private let place: String
    private let groupColumns: Int
    private let packed: TensorEntry
    private let zeros: TensorEntry
    private let scales: TensorEntry

    /// - Throws: `WeightError` for a tensor that is missing or does not fit the others.
    init(_ layer: LayerTensors, groups: GroupSize) throws(WeightError) {
        packed = try layer.matrix("qweight", [.i32])
        let (columns, rows) = (packed.shape[0], packed.shape[1] * 8)
        try layer.checkRow(of: columns, "qweight")
        groupColumns = try layer.groupColumns(groups, row: columns, "qweight")
        let count = columns / groupColumns
        let reason = "'qweight' of \(packed.shape) with \(groups)"
        zeros = try layer.tensor("qzeros", [.i32], shape: [count, rows / 8], because: reason)
        scales = try layer.tensor("scales", ScaleValues.types, shape: [count, rows], because: reason)
        shape = [rows, columns]
        type = scales.type == .f16 ? .int4_group : .int4_group_f32
        place = layer.place
    }

    func make(into bytes: UnsafeMutableRawBufferPointer, context: ComputeContext) throws(WeightError) -> ColumnOrder? {
        let (rows, columns) = (shape[0], shape[1])
        let words = AWQNumbers(words: PackedWords(zeros))
        var zeroPoints: [UInt8] = []
        zeroPoints.reserveCapacity(scales.elementCount)
        for group in 0..<scales.shape[0] {
            for first in stride(from: 0, to: rows, by: 8) {
                let eight = words.numbers(channel: group, outputs: first)
                for i in 0..<8 { zeroPoints.append(eight[i]) }
            }
        }
        let repacking = Int4Repacking(
            numbers: AWQNumbers(words: PackedWords(packed)), rows: rows, columns: columns,
            channels: ChannelGroups(columns: columns, groupColumns: groupColumns),
            scales: try ScaleValues(scales, place: place, kernels: context.kernels),
            zeros: zeroPoints,
            strides: (group: rows, output: 1))
        repacking.write(to: bytes, workers: context.workers)
        return nil
    }

    func releasePages() {
        for entry in [packed, zeros, scales] { entry.bytes.releasePages() }
    }
}

private struct AWQNumbers: Int4Numbers {
    let words: PackedWords

    func numbers(channel: Int, outputs first: Int) -> SIMD8<UInt8> {
        let eight = SIMD8<UInt8>(nibbles: words[channel, first / 8])
        return eight.interleaved
    }
}

extension SIMD8 {
    /// The elements of the two halves in turn.
    fileprivate var interleaved: SIMD8 {
        var result = self
        result.evenHalf = lowHalf
        result.oddHalf = highHalf
        return result
    }
}
