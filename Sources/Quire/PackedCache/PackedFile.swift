import Foundation
import QuireCore
import QuireFormats

/// Packed weights in a file, mapped: their bytes, each on a multiple of 64; an index in JSON; the index's length in eight
/// bytes, little-endian; and a mark.
struct PackedFile {
    struct Entry: Codable {
        let name: String
        let layout: String
        let offset: Int
        let count: Int
    }

    struct Index: Codable {
        let identity: String
        let entries: [Entry]
    }

    static let mark = Array("QUIREPK1".utf8)
    static let alignment = 64
    static let trailerSize = 16

    private let bytes: MappedBytes
    private let entries: [String: Entry]

    /// - Throws: `FormatError` where the file is not there, not whole, or not of this identity.
    init(path: String, identity: String) throws(FormatError) {
        bytes = try MappedFile(path: path).bytes
        func broken(_ problem: String) -> FormatError { FormatError(file: path, place: "", problem: problem) }
        let end = bytes.count - Self.trailerSize
        guard let trailer = bytes.slice(at: end, count: Self.trailerSize)?.withUnsafeBytes({ Array($0) }),
            Array(trailer[8...]) == Self.mark
        else { throw broken("is not whole") }
        let length = trailer[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard let size = Int(exactly: length), size <= end,
            let text = bytes.slice(at: end - size, count: size)?.withUnsafeBytes({ Data($0) }),
            let index = try? JSONDecoder().decode(Index.self, from: text)
        else { throw broken("has no index") }
        guard index.identity == identity else { throw broken("belongs to other files") }
        entries = Dictionary(index.entries.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func find(_ name: String, layout: String, count: Int) -> KeptBytes? {
        guard let entry = entries[name], entry.layout == layout, entry.count == count, count > 0,
            entry.offset % Self.alignment == 0, let slice = bytes.slice(at: entry.offset, count: count)
        else { return nil }
        return KeptBytes(
            bytes: UnsafeRawBufferPointer(start: slice.baseAddress, count: count), owner: slice.file)
    }
}

/// Writes a `PackedFile`, weight by weight.
struct PackedFileWriter {
    private let file: PartialFile
    private let identity: String
    private var entries: [PackedFile.Entry] = []
    private var end = 0

    init(path: String, identity: String) throws(FormatError) {
        file = try PartialFile(path: path, overwrites: true)
        self.identity = identity
    }

    mutating func add(_ bytes: UnsafeRawBufferPointer, name: String, layout: String) throws(FormatError) {
        try file.write(bytes, at: end)
        entries.append(.init(name: name, layout: layout, offset: end, count: bytes.count))
        end = (end + bytes.count + PackedFile.alignment - 1) / PackedFile.alignment * PackedFile.alignment
    }

    /// Puts the file in its place; without weights there is none.
    func finish() throws(FormatError) {
        guard !entries.isEmpty else { return file.discard() }
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Encoding strings and integers does not fail.
        var tail = (try? encoder.encode(PackedFile.Index(identity: identity, entries: entries))) ?? Data()
        let length = UInt64(tail.count)
        tail.append(contentsOf: (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) })
        tail.append(contentsOf: PackedFile.mark)
        let start = end
        let written = tail.withUnsafeBytes { bytes in
            Result { () throws(FormatError) in try file.write(bytes, at: start) }
        }
        try written.get()
        try file.finish()
    }
}
