import QuireCore
import QuireFormats

/// A weight of one byte an element: int8 or E4M3, as compressed-tensors and `fp8` store it.
///
/// `weight` `[rows, columns]`; `weight_scale`, or `weight_scale_inv` as some call what is multiplied by too; for int8
/// `weight_zero_point` with the shape of the scales, where the scheme is not symmetric. w = scale · (q - zero).
struct ByteWeight: WeightRecipe {
    static let types: [ElementType] = [.i8, .f8_e4m3]

    let shape: [Int]
    let type: StorageType
    /// What follows the layer's name in the names of the tensors that were used.
    let parts: [String]
    private let place: String
    private let weight: TensorEntry
    private let scales: TensorEntry
    private let zeros: TensorEntry?
    private let grid: ScaleGrid

    /// - Parameter block: rows and columns that share a scale, where the configuration says so.
    /// - Throws: `WeightError` for a tensor that is missing or does not fit the others.
    init(_ layer: LayerTensors, block: ScaleBlock?) throws(WeightError) {
        weight = try layer.matrix("weight", Self.types)
        let (rows, columns) = (weight.shape[0], weight.shape[1])
        try layer.checkRow(of: columns, "weight")
        let isInverse = layer.tensor("weight_scale") == nil && layer.tensor("weight_scale_inv") != nil
        let name = isInverse ? "weight_scale_inv" : "weight_scale"
        scales = try layer.tensor(name, ScaleValues.types)
        grid = try layer.grid(of: scales, name, rows: rows, columns: columns, block: block)
        let isFloat = weight.type == .f8_e4m3
        zeros =
            isFloat || layer.tensor("weight_zero_point") == nil
            ? nil : try layer.tensor("weight_zero_point", [.i8], shape: scales.shape, because: "'\(name)'")
        shape = [rows, columns]
        type = isFloat ? .fp8_group : zeros == nil ? .int8_group : .int8_group_zero
        parts = ["weight", name] + (zeros == nil ? [] : ["weight_zero_point"])
        place = layer.place
    }

    func make(into bytes: UnsafeMutableRawBufferPointer, context: ComputeContext) throws(WeightError) -> ColumnOrder? {
        let repacking = ByteRepacking(
            rows: shape[0], columns: shape[1], type: type, numbers: weight.bytes, flipped: 0, grid: grid,
            scales: try ScaleValues(scales, place: place, kernels: context.kernels),
            zeros: zeros?.bytes.withUnsafeBytes { Array($0) } ?? [])
        if let (row, column) = repacking.write(to: bytes, workers: context.workers) {
            throw WeightError(
                place: place,
                problem: "weight '\(weight.name)' has a NaN in row \(row), columns \(column) to \(column + 31); "
                    + "weights are finite numbers")
        }
        return nil
    }

    func releasePages() {
        for entry in [weight, scales, zeros] { entry?.bytes.releasePages() }
    }
}
