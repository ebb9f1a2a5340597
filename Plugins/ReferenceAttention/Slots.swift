import QuireCore

/// Where the keys and values of one layer lie.
///
/// A block holds one token after the other, a token one head after the other: its key, its value, and for `int8` the
/// scales of both.
struct Slots {
    let layout: KVLayout
    let base: UnsafeMutableRawPointer
    /// The layer's group, whose blocks are its own.
    let group: Int
    let tables: [BlockID]

    private var numberBytes: Int { layout.headDim * layout.type.bytesPerNumber }
    private var headBytes: Int { 2 * (numberBytes + layout.type.bytesPerScale) }

    /// The slot of the token at a position.
    func at(_ position: Int, of span: Batch.Span) -> UnsafeMutableRawPointer {
        let block = Int(tables[span.tableStart(ofGroup: group) + position / layout.blockSize])
        return base + (block * layout.blockSize + position % layout.blockSize) * layout.heads * headBytes
    }

    func key(_ slot: UnsafeMutableRawPointer, _ head: Int) -> StoredNumbers {
        let start = slot + head * headBytes
        return StoredNumbers(type: layout.type, numbers: start, scale: start + 2 * numberBytes)
    }

    func value(_ slot: UnsafeMutableRawPointer, _ head: Int) -> StoredNumbers {
        let start = slot + head * headBytes
        return StoredNumbers(
            type: layout.type, numbers: start + numberBytes,
            scale: start + 2 * numberBytes + layout.type.bytesPerScale)
    }
}
