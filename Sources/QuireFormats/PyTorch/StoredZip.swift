/// The entries of a zip archive whose files are stored uncompressed, as `torch.save` writes it.
///
/// Source: PKWARE APPNOTE, sections 4.3 and 4.5.3 (zip64). The central directory is the authority; every local header
/// must agree with it, and no two entries may share a byte, so that no reader can see another archive in the file.
struct StoredZip {
    /// Contents by entry name.
    let entries: [String: MappedBytes]

    static let magic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

    /// Bytes of the fixed part of a local header.
    private static let localHeaderLength = 30

    init(_ file: MappedFile) throws(FormatError) {
        let directory = try ZipDirectory.find(file)
        let records = try directory.records(file)
        var entries: [String: MappedBytes] = [:]
        var ranges = [NamedRange(name: "the central directory", begin: directory.offset, end: file.count)]
        for record in records {
            let contents = try Self.locate(record, file)
            guard entries.updateValue(contents, forKey: record.name) == nil else {
                throw FormatError(
                    file: file.path, place: "zip entry \(quoted(record.name))",
                    problem: "found a second time, expected unique names")
            }
            let end = contents.offset + contents.count
            ranges.append(NamedRange(name: record.name, begin: record.headerOffset, end: end))
        }
        if let (earlier, later) = firstOverlap(ranges) {
            throw FormatError(
                file: file.path, place: "zip entry \(quoted(later.name))",
                found: "begin \(later.begin), inside \(quoted(earlier.name))", expected: "at least \(earlier.end)")
        }
        self.entries = entries
    }

    /// Follows a record to its local header and returns the bytes behind it.
    private static func locate(_ record: ZipRecord, _ file: MappedFile) throws(FormatError) -> MappedBytes {
        let place = "zip entry \(quoted(record.name))"
        func fail(_ problem: String) -> FormatError { FormatError(file: file.path, place: place, problem: problem) }

        var reader = ByteReader(file.bytes)
        try reader.skip(to: record.headerOffset, place)
        guard try reader.read(UInt32.self, place) == 0x0403_4B50 else {
            throw fail("found no local header at byte \(record.headerOffset), expected 'PK\\u{3}\\u{4}'")
        }
        _ = try reader.read(UInt16.self, place)  // version needed
        let flags = try reader.read(UInt16.self, place)
        let method = try reader.read(UInt16.self, place)
        _ = try reader.read(UInt32.self, place)  // time and date
        _ = try reader.read(UInt32.self, place)  // checksum
        let compressedSize = try reader.read(UInt32.self, place)
        let size = try reader.read(UInt32.self, place)
        let nameLength = Int(try reader.read(UInt16.self, place))
        let extraLength = Int(try reader.read(UInt16.self, place))
        let name = try reader.readText(nameLength, place)

        guard name == record.name else {
            throw fail("found \(quoted(name)) in its local header, expected the same name")
        }
        guard method == 0, flags & 1 == 0 else {
            throw fail("found method \(method) and flags \(flags) in its local header, expected it stored")
        }
        // Sizes may stand behind the data instead (flag bit 3) or in the zip64 field (all ones).
        for size in [compressedSize, size] where flags & 8 == 0 && size != .max {
            guard Int(size) == record.size else {
                throw fail("found a size of \(size) in its local header, expected \(record.size)")
            }
        }
        _ = try reader.readBytes(extraLength, place)
        guard let contents = file.bytes.slice(at: reader.offset, count: record.size) else {
            throw fail("found \(record.size) bytes at \(reader.offset), expected an end of at most \(file.count)")
        }
        return contents
    }
}
