import QuireCore
import QuireFormats

/// A weight as compressed-tensors stores it in the format `pack-quantized`, of 8 bits (W8A16).
///
/// `weight_packed` `[rows, columns / 4]` packs four input channels into a word, lowest bits first, each plus 128: its bytes
/// are the row's numbers one after the other. `weight_scale` is `[rows, groups]`; `weight_zero_point`
/// `[rows / 4, groups]`, where the scheme is not symmetric, packs four outputs in the same way. w = scale · (q - zero).
struct PackedByteWeight: WeightRecipe {
    static let parts = ["weight_packed", "weight_scale", "weight_zero_point", "weight_shape"]

    let shape: [Int]
    let type: StorageType
    private let place: String
    private let packed: TensorEntry
    private let scales: TensorEntry
    private let zeros: TensorEntry?
    private let grid: ScaleGrid

    /// - Throws: `WeightError` for a tensor that is missing or does not fit the others.
    init(_ layer: LayerTensors, _ packing: Packing) throws(WeightError) {
        packed = packing.words
        shape = [packing.rows, packing.columns]
        scales = try layer.matrix("weight_scale", ScaleValues.types)
        grid = try layer.grid(
            of: scales, "weight_scale", rows: packing.rows, columns: packing.columns, block: nil)
        zeros =
            layer.tensor("weight_zero_point") == nil
            ? nil
            : try layer.tensor(
                "weight_zero_point", [.i32], shape: [(packing.rows + 3) / 4, scales.shape[1]], because: packing.reason)
        type = zeros == nil ? .int8_group : .int8_group_zero
        place = layer.place
    }

    func make(into bytes: UnsafeMutableRawBufferPointer, context: ComputeContext) throws(WeightError) -> ColumnOrder? {
        var zeroPoints: [UInt8] = []
        if let words = zeros.map(PackedWords.init) {
            for row in 0..<scales.shape[0] {
                for group in 0..<scales.shape[1] {
                    zeroPoints.append(UInt8(truncatingIfNeeded: words[row / 4, group] >> UInt32(row % 4 * 8)) ^ 0x80)
                }
            }
        }
        let repacking = ByteRepacking(
            rows: shape[0], columns: shape[1], type: type, numbers: packed.bytes, flipped: 0x80, grid: grid,
            scales: try ScaleValues(scales, place: place, kernels: context.kernels), zeros: zeroPoints)
        _ = repacking.write(to: bytes, workers: context.workers)
        return nil
    }

    func releasePages() {
        for entry in [packed, scales, zeros] { entry?.bytes.releasePages() }
    }
}
