import QuireCore
import Synchronization

/// A matrix of floats that is stored in another type at loading.
struct QuantizingRecipe: WeightRecipe {
    let type: StorageType
    private let name: String
    private let stored: StoredTensor
    private let storedType: StorageType
    private let place: String

    var shape: [Int] { stored.shape }

    /// Bytes of a file that may be in memory before their pages are given back.
    private static let slabBytes = 16 << 20

    /// - Parameter place: the checkpoint, for messages.
    init(_ name: String, _ stored: StoredTensor, from storedType: StorageType, to type: StorageType, place: String) {
        self.name = name
        self.stored = stored
        self.storedType = storedType
        self.type = type
        self.place = place
    }

    func make(into bytes: UnsafeMutableRawBufferPointer, context: ComputeContext) throws(WeightError) -> ColumnOrder? {
        let weight = try floats(context)
        let encoder = RowEncoder(weight: weight, type: type, kernels: context.kernels)
        let slab = max(1, Self.slabBytes / max(1, weight.rowBytes))
        let badRow = Mutex<Int?>(nil)
        guard let start = bytes.baseAddress else { return nil }
        let target = SharedPointer(start.assumingMemoryBound(to: UInt8.self))
        for first in stride(from: 0, to: weight.rows, by: slab) {
            context.workers.runRanges(min(slab, weight.rows - first), grain: 8) { range in
                let rows = range.lowerBound + first..<range.upperBound + first
                if let row = encoder.encode(rows, into: target.pointer + rows.lowerBound * encoder.rowBytes) {
                    badRow.withLock { $0 = min($0 ?? row, row) }
                }
            }
            releasePages()
            if let row = badRow.withLock({ $0 }) { throw encoder.complaint(row: row, place: place) }
        }
        return nil
    }

    /// What is to be quantised: as it is stored, or made first.
    private func floats(_ context: ComputeContext) throws(WeightError) -> WeightMatrix {
        guard let recipe = stored.recipe else {
            return WeightMatrix(
                name: name, rows: stored.rows, columns: stored.columns, type: storedType, bytes: stored.bytes,
                owner: stored.owner)
        }
        let made = OwnedBytes(count: stored.rows * storedType.bytes(forColumns: stored.columns))
        guard try recipe.make(into: made.bytes, context: context) == nil else {
            throw WeightError(place: place, problem: "weight '\(name)' is quantised with act-order already")
        }
        return WeightMatrix(
            name: name, rows: stored.rows, columns: stored.columns, type: storedType,
            bytes: UnsafeRawBufferPointer(made.bytes), owner: made)
    }

    func releasePages() { stored.release() }
}
