import QuireCore
import QuireFormats

/// Which input channel lies at each place of a repacked row, and which group's scale each block of 32 places has.
struct ChannelGroups: Sendable {
    /// Nil where every channel lies at its own place.
    let order: ColumnOrder?
    /// The group of each block of 32 places.
    let groupOfBlock: [Int]

    /// Groups of neighbouring channels.
    init(columns: Int, groupColumns: Int) {
        order = nil
        groupOfBlock = (0..<(columns / 32)).map { $0 * 32 / groupColumns }
    }

    /// Groups as a tensor `[columns]` lists them for each channel: channels of a group are brought together, in their
    /// order.
    ///
    /// - Throws: `WeightError` for a group that does not exist, or one whose channels do not fill blocks.
    init(_ index: TensorEntry, groups: Int, place: String) throws(WeightError) {
        func error(_ problem: String) -> WeightError {
            WeightError(place: place, problem: "weight '\(index.name)' \(problem)")
        }
        let columns = index.elementCount
        let groupOf = index.bytes.withUnsafeBytes { bytes in
            (0..<columns).map { Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self))) }
        }
        var members = [Int](repeating: 0, count: groups)
        for (channel, group) in groupOf.enumerated() {
            guard (0..<groups).contains(group) else {
                throw error("puts channel \(channel) into group \(group); expected 0 to \(groups - 1)")
            }
            members[group] += 1
        }
        if let odd = members.firstIndex(where: { $0 % 32 != 0 }) {
            throw error("gives group \(odd) \(members[odd]) channels; expected a multiple of 32")
        }
        groupOfBlock = members.enumerated().flatMap { Array(repeating: $0.offset, count: $0.element / 32) }
        // Where each group's next channel goes.
        var next = members.indices.map { members[..<$0].reduce(0, +) }
        var inputs = [Int32](repeating: 0, count: columns)
        for (channel, group) in groupOf.enumerated() {
            inputs[next[group]] = Int32(channel)
            next[group] += 1
        }
        let isSorted = zip(groupOf, groupOf.dropFirst()).allSatisfy { $0 <= $1 }
        order = isSorted ? nil : ColumnOrder(inputs)
    }
}
