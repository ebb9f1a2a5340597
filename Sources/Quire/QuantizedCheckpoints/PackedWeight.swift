import QuireCore
import QuireFormats

/// A weight as compressed-tensors stores it in the format `pack-quantized`, of 4 bits.
///
/// `weight_packed` `[rows, columns / 8]` packs eight input channels into a word, lowest bits first, each plus 8;
/// `weight_scale` is `[rows, groups]`; `weight_zero_point` `[rows / 8, groups]`, where the scheme is not symmetric, packs
/// eight outputs in the same way; `weight_g_idx` `[columns]`, with act-order, has the group of each channel;
/// `weight_shape` repeats the shape. w = scale · (q - zero), in which the two 8 cancel.
struct PackedWeight: WeightRecipe {
    static let parts = ["weight_packed", "weight_scale", "weight_zero_point", "weight_g_idx", "weight_shape"]

    let shape: [Int]
    let type: StorageType
    private let place: String
    private let packed: TensorEntry
    private let scales: TensorEntry
    private let zeros: TensorEntry?
    private let groupIndex: TensorEntry?

    /// - Throws: `WeightError` for a tensor that is missing or does not fit the others.
    init(_ layer: LayerTensors, _ packing: Packing) throws(WeightError) {
        packed = packing.words
        let (rows, columns, reason) = (packing.rows, packing.columns, packing.reason)
        scales = try layer.matrix("weight_scale", ScaleValues.types)
        let groups = scales.shape[1]
        guard scales.shape[0] == rows, columns % groups == 0, columns / groups % 32 == 0 else {
            throw layer.error(
                "weight_scale",
                "has shape \(scales.shape); \(reason) asks for [\(rows), groups] with groups of a multiple of 32")
        }
        zeros =
            layer.tensor("weight_zero_point") == nil
            ? nil
            : try layer.tensor("weight_zero_point", [.i32], shape: [(rows + 7) / 8, groups], because: reason)
        groupIndex =
            layer.tensor("weight_g_idx") == nil
            ? nil : try layer.tensor("weight_g_idx", [.i32], shape: [columns], because: reason)
        shape = [rows, columns]
        type = scales.type == .f16 ? .int4_group : .int4_group_f32
        place = layer.place
    }

    func make(into bytes: UnsafeMutableRawBufferPointer, context: ComputeContext) throws(WeightError) -> ColumnOrder? {
        let (rows, columns, groups) = (shape[0], shape[1], scales.shape[1])
        let channels =
            try groupIndex.map { index throws(WeightError) in
                try ChannelGroups(index, groups: groups, place: place)
            } ?? ChannelGroups(columns: columns, groupColumns: columns / groups)
        let words = zeros.map(PackedWords.init)
        var zeroPoints = [UInt8](repeating: 8, count: rows * groups)
        if let words {
            for row in 0..<rows {
                for group in 0..<groups { zeroPoints[row * groups + group] = words.number(row / 8, group, row % 8) }
            }
        }
        let repacking = Int4Repacking(
            numbers: PackedNumbers(words: PackedWords(packed), lastRow: rows - 1), rows: rows, columns: columns,
            channels: channels, scales: try ScaleValues(scales, place: place, kernels: context.kernels),
            zeros: zeroPoints,
            strides: (group: 1, output: groups))
        repacking.write(to: bytes, workers: context.workers)
        return channels.order
    }

    func releasePages() {
        for entry in [packed, scales, zeros, groupIndex] { entry?.bytes.releasePages() }
    }
}

private struct PackedNumbers: Int4Numbers {
    let words: PackedWords
    let lastRow: Int

    func numbers(channel: Int, outputs first: Int) -> SIMD8<UInt8> {
        var result = SIMD8<UInt8>()
        for i in 0..<8 { result[i] = words.number(min(first + i, lastRow), channel / 8, channel % 8) }
        return result
    }
}
