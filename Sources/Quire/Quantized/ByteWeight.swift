import QuireCore
import QuireFormats
import Synchronization

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
        let name =
            layer.tensor("weight_scale") == nil && layer.tensor("weight_scale_inv") != nil
            ? "weight_scale_inv" : "weight_scale"
        scales = try layer.tensor(name, ScaleValues.types)
        guard let grid = ScaleGrid(scales: scales.shape, rows: rows, columns: columns, block: block) else {
            throw layer.error(
                name,
                "has shape \(scales.shape); 'weight' of \(weight.shape) asks for \(ScaleGrid.valid)"
                    + (block.map { ", or \($0)" } ?? ""))
        }
        zeros =
            weight.type == .f8_e4m3 || layer.tensor("weight_zero_point") == nil
            ? nil
            : try layer.tensor("weight_zero_point", [.i8], shape: scales.shape, because: "'\(name)'")
        self.grid = grid
        shape = [rows, columns]
        type = weight.type == .f8_e4m3 ? .fp8_group : zeros == nil ? .int8_group : .int8_group_zero
        parts = ["weight", name] + (zeros == nil ? [] : ["weight_zero_point"])
        place = layer.place
    }

    func make(into bytes: UnsafeMutableRawBufferPointer, context: ComputeContext) throws(WeightError) -> ColumnOrder? {
        let (rows, columns) = (shape[0], shape[1])
        let (rowBytes, blockBytes) = (type.bytes(forColumns: columns), type.bytesPerBlock)
        let values = try ScaleValues(scales, place: place, kernels: context.kernels).values
        let (target, source) = (bytes.baseAddress!, weight.bytes.baseAddress)
        let zeroPoints = zeros?.bytes.baseAddress
        let firstNaN = Atomic(Int.max)
        context.workers.runRanges(rows, grain: 16) { range in
            for row in range {
                for column in stride(from: 0, to: columns, by: 32) {
                    let scale = grid.index(row: row, column: column)
                    var place = target + row * rowBytes + column / 32 * blockBytes
                    place.storeBytes(of: values[scale].bitPattern.littleEndian, as: UInt32.self)
                    place += 4
                    if let zeroPoints {
                        place.copyMemory(from: zeroPoints + scale, byteCount: 1)
                        place += 1
                    }
                    let numbers = source + row * columns + column
                    place.copyMemory(from: numbers, byteCount: 32)
                    if type == .fp8_group, Self.hasNaN(numbers) {
                        firstNaN.min(row * columns + column, ordering: .relaxed)
                    }
                }
            }
        }
        let bad = firstNaN.load(ordering: .relaxed)
        guard bad == Int.max else {
            let (row, column) = (bad / columns, bad % columns)
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

    /// Whether one of 32 E4M3 numbers has all bits set but the sign.
    private static func hasNaN(_ numbers: UnsafeRawPointer) -> Bool {
        let codes = numbers.loadUnaligned(as: SIMD32<UInt8>.self)
        return (codes & 0x7F).max() == 0x7F
    }
}
