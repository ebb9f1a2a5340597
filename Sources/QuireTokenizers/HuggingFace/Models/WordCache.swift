/// The pieces of words that were cut before: a text repeats most of its words.
struct WordCache {
    private struct Entry {
        var hash: Int
        var keyStart: Int32
        var keyCount: Int32
        var start: Int32
        var count: Int32
    }

    private var entries: [Entry] = []
    /// Indices into `entries`, -1 for a free slot; at most half full.
    private var slots = [Int32](repeating: -1, count: 256)
    private var keys: [UInt8] = []
    private var segments: [Segment] = []

    /// Longer words seldom come twice.
    static let longestWord = 96
    /// Beyond this, text without repetition would only fill memory.
    private static let maxEntries = 1 << 17

    /// The pieces of a word, or nil where it was not cut before.
    @inline(__always)
    func pieces(of word: UnsafeBufferPointer<UInt8>) -> ArraySlice<Segment>? {
        let hash = ByteHash.of(word)
        let mask = slots.count - 1
        var slot = hash & mask
        while slots[slot] >= 0 {
            let entry = entries[Int(slots[slot])]
            if entry.hash == hash, Int(entry.keyCount) == word.count, isEqual(entry, word) {
                return segments[Int(entry.start)..<Int(entry.start + entry.count)]
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    @inline(__always)
    private func isEqual(_ entry: Entry, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = Int(entry.keyStart)
        for index in 0..<word.count where keys[start + index] != word[index] {
            return false
        }
        return true
    }

    /// Keeps the pieces of a new word, while there is room.
    mutating func insert(_ word: UnsafeBufferPointer<UInt8>, _ pieces: [Segment]) {
        guard entries.count < Self.maxEntries else { return }
        if 2 * (entries.count + 1) > slots.count { grow() }
        entries.append(
            Entry(
                hash: ByteHash.of(word), keyStart: Int32(keys.count), keyCount: Int32(word.count),
                start: Int32(segments.count), count: Int32(pieces.count)))
        keys += word
        segments += pieces
        place(entries.count - 1)
    }

    private mutating func grow() {
        slots = Array(repeating: -1, count: 4 * slots.count)
        entries.indices.forEach { place($0) }
    }

    private mutating func place(_ index: Int) {
        let mask = slots.count - 1
        var slot = entries[index].hash & mask
        while slots[slot] >= 0 {
            slot = (slot + 1) & mask
        }
        slots[slot] = Int32(index)
    }
}
