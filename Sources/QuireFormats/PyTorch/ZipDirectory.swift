/// Where the central directory of a zip archive lies.
struct ZipDirectory {
    /// First byte in the file.
    let offset: Int
    /// Length in bytes.
    let size: Int
    /// Number of records.
    let count: Int

    private static let endLength = 22
    private static let locatorLength = 20
    private static let maximumComment = 65_535

    /// Finds the end record, follows it to a zip64 one where there is one, and checks that the two agree.
    static func find(_ file: MappedFile) throws(FormatError) -> ZipDirectory {
        let endOffset = try findEnd(file)
        var reader = ByteReader(file.bytes)
        try reader.skip(to: endOffset + 4, "zip end record")
        let disk = try reader.read(UInt16.self, "zip end record")
        let startDisk = try reader.read(UInt16.self, "zip end record")
        let diskCount = try reader.read(UInt16.self, "zip end record")
        let count = try reader.read(UInt16.self, "zip end record")
        let size = try reader.read(UInt32.self, "zip end record")
        let offset = try reader.read(UInt32.self, "zip end record")
        var directory = ZipDirectory(offset: Int(offset), size: Int(size), count: Int(count))
        var limit = endOffset
        if let (zip64, recordOffset) = try findZip64(file, before: endOffset) {
            // A field of all ones defers to the zip64 record; any other must say the same.
            guard count == .max || Int(count) == zip64.count, size == .max || Int(size) == zip64.size,
                offset == .max || Int(offset) == zip64.offset
            else {
                throw reader.error("zip end record", at: endOffset, "does not agree with the zip64 end record")
            }
            directory = zip64
            limit = recordOffset
        } else {
            guard disk == 0, startDisk == 0, diskCount == count else {
                throw reader.error("zip end record", at: endOffset, "found several disks, expected one file")
            }
        }
        guard let end = checkedSum(directory.offset, directory.size), end <= limit else {
            throw reader.error(
                "zip central directory", at: endOffset,
                "found \(directory.size) bytes at \(directory.offset), expected an end of at most \(limit)")
        }
        guard directory.count <= directory.size / ZipRecord.minimumBytes else {
            throw reader.error(
                "zip central directory", at: endOffset,
                "found \(directory.count) entries, expected at most \(directory.size / ZipRecord.minimumBytes), which its "
                    + "\(directory.size) bytes can hold")
        }
        return directory
    }

    /// The end record is the last thing in the file but for a comment, whose length it states.
    private static func findEnd(_ file: MappedFile) throws(FormatError) -> Int {
        let last = file.count - endLength
        let first = max(0, last - maximumComment)
        let found = file.bytes.withUnsafeBytes { bytes -> Int? in
            guard last >= 0 else { return nil }
            for offset in stride(from: last, through: first, by: -1)
            where bytes[offset] == 0x50 && bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self) == 0x0605_4B50 {
                let comment = bytes.loadUnaligned(fromByteOffset: offset + 20, as: UInt16.self)
                if Int(UInt16(littleEndian: comment)) == last - offset { return offset }
            }
            return nil
        }
        guard let found else {
            throw FormatError(
                file: file.path, place: "zip end record",
                problem: "found none, expected one at the end: the file is truncated or no zip archive")
        }
        return found
    }

    private static func findZip64(
        _ file: MappedFile, before endOffset: Int
    ) throws(FormatError) -> (ZipDirectory, recordOffset: Int)? {
        guard endOffset >= locatorLength else { return nil }
        let field = "zip64 end record"
        var reader = ByteReader(file.bytes)
        try reader.skip(to: endOffset - locatorLength, field)
        guard try reader.read(UInt32.self, field) == 0x0706_4B50 else { return nil }
        _ = try reader.read(UInt32.self, field)  // disk
        let position = try reader.read(UInt64.self, field)
        guard let recordOffset = Int(exactly: position), recordOffset < endOffset - locatorLength else {
            throw reader.error(field, "found position \(position), expected one before \(endOffset - locatorLength)")
        }

        try reader.skip(to: recordOffset, field)
        guard try reader.read(UInt32.self, field) == 0x0606_4B50 else {
            throw reader.error(field, at: recordOffset, "found another signature, expected 'PK\\u{6}\\u{6}'")
        }
        _ = try reader.read(UInt64.self, field)  // size of this record
        _ = try reader.read(UInt32.self, field)  // versions
        _ = try reader.read(UInt64.self, field)  // disks
        let diskCount = try reader.read(UInt64.self, field)
        let count = try reader.read(UInt64.self, field)
        let size = try reader.read(UInt64.self, field)
        let offset = try reader.read(UInt64.self, field)
        guard diskCount == count, let count = Int(exactly: count), let size = Int(exactly: size),
            let offset = Int(exactly: offset)
        else {
            throw reader.error(field, at: recordOffset, "found numbers beyond 63 bits, expected sizes inside the file")
        }
        return (ZipDirectory(offset: offset, size: size, count: count), recordOffset)
    }
}
