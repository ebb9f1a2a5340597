import QuireCore

/// Where the keys and values of one layer lie.
///
/// A block holds one token after the other, a token one head after the other: its key, its value, and for `int8` the
/// scales of both. Where a value is the beginning of its key, there is the key alone.
struct Slots {
    let layout: KVLayout
    let base: UnsafeMutableRawPointer
    /// The layer's group, whose blocks are its own.
    let group: Int
    let tables: [BlockID]

    private var keyBytes: Int { layout.headDim * layout.type.bytesPerNumber }
    private var valueBytes: Int { layout.isLatent ? 0 : layout.valueDim * layout.type.bytesPerNumber }
    private var headBytes: Int { layout.bytesPerBlock / (layout.blockSize * layout.heads) }

    /// The slot of the token at a position.
    func at(_ position: Int, of span: Batch.Span) -> UnsafeMutableRawPointer {
        let block = Int(tables[span.tableStart(ofGroup: group) + position / layout.blockSize])
        return base + (block * layout.blockSize + position % layout.blockSize) * layout.heads * headBytes
    }

    /// Writes one token's keys and values of all heads.
    func append(
        key: UnsafeBufferPointer<Float>, value: UnsafeBufferPointer<Float>, at slot: UnsafeMutableRawPointer
    ) {
        for head in 0..<layout.heads {
            self.key(slot, head).store(part(of: key, head, layout.headDim))
            if !layout.isLatent { self.value(slot, head).store(part(of: value, head, layout.valueDim)) }
        }
    }

    private func part(of row: UnsafeBufferPointer<Float>, _ head: Int, _ width: Int) -> UnsafeBufferPointer<Float> {
        UnsafeBufferPointer(rebasing: row[(head * width)..<((head + 1) * width)])
    }

    func key(_ slot: UnsafeMutableRawPointer, _ head: Int) -> StoredNumbers {
        let start = slot + head * headBytes
        return StoredNumbers(type: layout.type, numbers: start, scale: start + keyBytes + valueBytes)
    }

    func value(_ slot: UnsafeMutableRawPointer, _ head: Int) -> StoredNumbers {
        if layout.isLatent { return key(slot, head) }
        let start = slot + head * headBytes
        return StoredNumbers(
            type: layout.type, numbers: start + keyBytes,
            scale: start + keyBytes + valueBytes + layout.type.bytesPerScale)
    }
}
