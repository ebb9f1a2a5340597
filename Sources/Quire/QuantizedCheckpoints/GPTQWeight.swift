import QuireCore
import QuireFormats

/// A weight as GPTQ's tools store it.
///
/// `qweight` `[columns / 8, rows]` packs eight input channels of an output into a word, lowest bits first; `qzeros`
/// `[groups, rows / 8]` packs eight outputs, each less one but in `gptq_v2`; `scales` is `[groups, rows]`, and `g_idx`
/// `[columns]` has the group of each channel. w = scale · (q - zero). Source: AutoGPTQ's `QuantLinear`.
struct GPTQWeight: WeightRecipe {
    static let parts = ["qweight", "qzeros", "scales", "g_idx"]

    let shape: [Int]
    let type: StorageType
    private let place: String
    private let groupColumns: Int
    private let zeroOffset: UInt8
    private let packed: TensorEntry
    private let zeros: TensorEntry
    private let scales: TensorEntry
    private let groupIndex: TensorEntry?

    /// - Throws: `WeightError` for a tensor that is missing or does not fit the others.
    init(_ layer: LayerTensors, groups: GroupSize, zeroOffset: UInt8, isActOrdered: Bool) throws(WeightError) {
        packed = try layer.matrix("qweight", [.i32])
        let (columns, rows) = (packed.shape[0] * 8, packed.shape[1])
        guard rows % 8 == 0 else { throw layer.error("qweight", "has \(rows) outputs; expected a multiple of 8") }
        try layer.checkRow(of: columns, "qweight")
        groupColumns = try layer.groupColumns(groups, row: columns, "qweight")
        let count = columns / groupColumns
        let reason = "'qweight' of \(packed.shape) with \(groups)"
        zeros = try layer.tensor("qzeros", [.i32], shape: [count, rows / 8], because: reason)
        scales = try layer.tensor("scales", ScaleValues.types, shape: [count, rows], because: reason)
        groupIndex =
            isActOrdered || layer.tensor("g_idx") != nil
            ? try layer.tensor("g_idx", [.i32], shape: [columns], because: reason) : nil
        shape = [rows, columns]
        type = scales.type == .f16 ? .int4_group : .int4_group_f32
        place = layer.place
        self.zeroOffset = zeroOffset
    }

    func make(into bytes: UnsafeMutableRawBufferPointer, context: ComputeContext) throws(WeightError) -> ColumnOrder? {
        let (rows, columns, groups) = (shape[0], shape[1], scales.shape[0])
        let channels =
            try groupIndex.map { index throws(WeightError) in
                try ChannelGroups(index, groups: groups, place: place)
            } ?? ChannelGroups(columns: columns, groupColumns: groupColumns)
        let words = PackedWords(zeros)
        var zeroPoints: [UInt8] = []
        zeroPoints.reserveCapacity(groups * rows)
        for group in 0..<groups {
            for row in 0..<rows { zeroPoints.append(words.number(group, row / 8, row % 8) + zeroOffset) }
        }
        let repacking = Int4Repacking(
            numbers: GPTQNumbers(words: PackedWords(packed)), rows: rows, columns: columns, channels: channels,
            scales: try ScaleValues(scales, place: place, kernels: context.kernels),
            zeros: zeroPoints,
            strides: (group: rows, output: 1))
        repacking.write(to: bytes, workers: context.workers)
        return channels.order
    }

    func releasePages() {
        for entry in [packed, zeros, scales, groupIndex] { entry?.bytes.releasePages() }
    }
}

private struct GPTQNumbers: Int4Numbers {
    let words: PackedWords

    func numbers(channel: Int, outputs first: Int) -> SIMD8<UInt8> {
        let eight = words.address(channel / 8, first).loadUnaligned(as: SIMD8<UInt32>.self)
        return SIMD8<UInt8>(truncatingIfNeeded: eight &>> UInt32(channel % 8 * 4) & 15)
    }
}
