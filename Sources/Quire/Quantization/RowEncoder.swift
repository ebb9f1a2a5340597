import QuireCore

/// Stores rows of a weight in another type, and in another order where that is asked for.
struct RowEncoder {
    let weight: WeightMatrix
    let type: StorageType
    let kernels: Kernels
    /// The row of the weight that becomes a row of the result.
    var source: @Sendable (_ row: Int) -> Int = { $0 }

    var rowBytes: Int { type.bytes(forColumns: weight.columns) }

    /// Writes some rows of the result one after the other.
    ///
    /// - Returns: the first row of the weight that the type cannot hold, as `StorageType.store` tells.
    func encode(_ rows: Range<Int>, into target: UnsafeMutableRawPointer) -> Int? {
        if type == weight.type {
            for (index, row) in rows.enumerated() {
                (target + index * rowBytes).copyMemory(
                    from: weight.baseAddress + source(row) * rowBytes, byteCount: rowBytes)
            }
            return nil
        }
        return withUnsafeTemporaryAllocation(of: Float.self, capacity: weight.columns) { numbers in
            for (index, row) in rows.enumerated() {
                let from = source(row)
                weight.widen(rows: from..<from + 1, into: numbers.baseAddress!, kernels: kernels)
                let isStored = type.store(
                    numbers.baseAddress!, count: weight.columns, into: target + index * rowBytes, kernels: kernels)
                if !isStored { return from }
            }
            return nil
        }
    }

    /// What to say of a row that could not be stored.
    func complaint(row: Int, place: String) -> WeightError {
        WeightError(
            place: place,
            problem: "weight '\(weight.name)' has a number in row \(row) that is not finite or above 65504, which "
                + "\(type.rawValue) cannot hold; expected finite weights")
    }
}
