import QuireFormats

/// A tensor of 32-bit words `[rows, columns]`, each of which packs eight numbers of 4 bits.
struct PackedWords: Sendable {
    let columns: Int
    private let bytes: MappedBytes

    init(_ entry: TensorEntry) {
        columns = entry.shape[1]
        bytes = entry.bytes
    }

    subscript(row: Int, column: Int) -> UInt32 {
        address(row, column).loadUnaligned(as: UInt32.self).littleEndian
    }

    /// One of the eight numbers of a word, the lowest bits' first.
    func number(_ row: Int, _ column: Int, _ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: self[row, column] &>> UInt32(index * 4) & 15)
    }

    /// Where a word lies; the caller keeps within the tensor.
    func address(_ row: Int, _ column: Int) -> UnsafeRawPointer { bytes.baseAddress + (row * columns + column) * 4 }
}
