import QuireCore
import QuireFormats
import Synchronization

/// A weight of one byte an element, row by row, and how to write it as blocks of 32.
struct ByteRepacking: Sendable {
    let rows: Int
    let columns: Int
    /// `int8_group`, `int8_group_zero` or `fp8_group`.
    let type: StorageType
    let numbers: MappedBytes
    /// The bits that are the other way round in the file: its highest one where numbers are stored plus 128.
    let flipped: UInt8
    let grid: ScaleGrid
    let scales: ScaleValues
    /// The zero point of each scale, where the type has one.
    let zeros: [UInt8]

    /// Writes all rows; returns the row and the column of the first block with an E4M3 number that is NaN.
    func write(to bytes: UnsafeMutableRawBufferPointer, workers: WorkerPool) -> (row: Int, column: Int)? {
        let target = bytes.baseAddress!
        let (rowBytes, blockBytes) = (type.bytes(forColumns: columns), type.bytesPerBlock)
        let firstNaN = Atomic(Int.max)
        workers.runRanges(rows, grain: 16) { range in
            for row in range {
                for column in stride(from: 0, to: columns, by: 32) {
                    let place = target + row * rowBytes + column / 32 * blockBytes
                    if writeBlock(row: row, column: column, to: place) {
                        firstNaN.min(row * columns + column, ordering: .relaxed)
                    }
                }
            }
        }
        let first = firstNaN.load(ordering: .relaxed)
        return first == Int.max ? nil : (first / columns, first % columns)
    }

    /// Writes one block; returns whether it has an E4M3 number that is NaN: all bits set but the sign.
    private func writeBlock(row: Int, column: Int, to place: UnsafeMutableRawPointer) -> Bool {
        let scale = grid.index(row: row, column: column)
        place.storeBytes(of: scales.values[scale].bitPattern.littleEndian, as: UInt32.self)
        let hasZero = type == .int8_group_zero
        if hasZero { place.storeBytes(of: zeros[scale], toByteOffset: 4, as: UInt8.self) }
        let codes = (numbers.baseAddress + row * columns + column).loadUnaligned(as: SIMD32<UInt8>.self)
        let flipped = codes ^ flipped
        withUnsafeBytes(of: flipped) { (place + (hasZero ? 5 : 4)).copyMemory(from: $0.baseAddress!, byteCount: 32) }
        return type == .fp8_group && (codes & 0x7F).max() == 0x7F
    }
}
