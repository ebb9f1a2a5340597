import QuireCore
import QuireFormats

/// The tensors of one quantised layer, found by what follows the layer's name, and checked.
struct LayerTensors {
    /// The checkpoint, for messages.
    let place: String
    /// The layer's name with a dot at its end.
    let prefix: String
    let entries: [String: TensorEntry]

    /// Each dimension at most: products of two, and eight times one, must not overflow.
    private static let largestDimension = Int(Int32.max)

    func tensor(_ suffix: String) -> TensorEntry? { entries[prefix + suffix] }

    /// A tensor of two dimensions that are both at least 1.
    func matrix(_ suffix: String, _ types: [ElementType]) throws(WeightError) -> TensorEntry {
        let entry = try tensor(suffix, types)
        guard entry.shape.count == 2, entry.shape.allSatisfy({ (1...Self.largestDimension).contains($0) }) else {
            throw error(suffix, "has shape \(entry.shape); expected two dimensions of 1 to \(Self.largestDimension)")
        }
        return entry
    }

    /// A tensor that must be there with one of some types.
    func tensor(_ suffix: String, _ types: [ElementType]) throws(WeightError) -> TensorEntry {
        guard let entry = tensor(suffix) else {
            throw WeightError(place: place, problem: "has no '\(prefix)\(suffix)', which the quantised layer needs")
        }
        guard types.contains(entry.type) else {
            let valid = types.map(\.rawValue).joined(separator: " or ")
            throw error(suffix, "is stored as \(entry.type); expected \(valid)")
        }
        return entry
    }

    /// A tensor that must be there with a type and a shape that follow from another one.
    func tensor(
        _ suffix: String, _ types: [ElementType], shape: [Int], because reason: String
    ) throws(WeightError) -> TensorEntry {
        let entry = try tensor(suffix, types)
        guard entry.shape == shape else {
            throw error(suffix, "has shape \(entry.shape); \(reason) asks for \(shape)")
        }
        return entry
    }

    /// Rows of whole blocks.
    func checkRow(of columns: Int, _ suffix: String) throws(WeightError) {
        guard columns % 32 == 0 else {
            throw error(suffix, "has rows of \(columns) channels; expected a multiple of 32")
        }
    }

    /// How many neighbouring channels share a scale.
    func groupColumns(
        _ groups: GroupSize, row columns: Int, _ suffix: String
    ) throws(WeightError) -> Int {
        guard let size = groups.columns(ofRow: columns) else {
            throw error(
                suffix, "has rows of \(columns) channels, which \(groups) do not divide; expected \(GroupSize.valid)")
        }
        return size
    }

    /// Which scale each element has.
    func grid(
        of scales: TensorEntry, _ suffix: String, rows: Int, columns: Int, block: ScaleBlock?
    ) throws(WeightError) -> ScaleGrid {
        guard let grid = ScaleGrid(scales: scales.shape, rows: rows, columns: columns, block: block) else {
            throw error(
                suffix,
                "has shape \(scales.shape); a weight of \([rows, columns]) asks for \(ScaleGrid.valid)"
                    + (block.map { ", or \($0)" } ?? ""))
        }
        return grid
    }

    func error(_ suffix: String, _ problem: String) -> WeightError {
        WeightError(place: place, problem: "weight '\(prefix)\(suffix)' \(problem)")
    }
}
