/// What the central directory says about one stored entry.
struct ZipRecord {
    let name: String
    /// Bytes of the contents; they are stored as they are.
    let size: Int
    /// Where the local header begins, in bytes from the start of the file.
    let headerOffset: Int

    /// Bytes of the fixed part of a record.
    static let minimumBytes = 46
}

extension ZipDirectory {
    /// Reads every record; throws where one is compressed, encrypted or does not fit the directory.
    func records(_ file: MappedFile) throws(FormatError) -> [ZipRecord] {
        guard let bytes = file.bytes.slice(at: offset, count: size) else {
            throw FormatError(file: file.path, place: "zip central directory", problem: "lies outside the file")
        }
        var reader = ByteReader(bytes)
        var records: [ZipRecord] = []
        records.reserveCapacity(count)
        for index in 0..<count { records.append(try record(&reader, index)) }
        guard reader.remaining == 0 else {
            throw reader.error("zip central directory", "found \(reader.remaining) bytes after its \(count) entries")
        }
        return records
    }

    private func record(_ reader: inout ByteReader, _ index: Int) throws(FormatError) -> ZipRecord {
        let field = "zip central directory, entry \(index)"
        guard try reader.read(UInt32.self, field) == 0x0201_4B50 else {
            throw reader.error(field, "found another signature, expected 'PK\\u{1}\\u{2}'")
        }
        _ = try reader.read(UInt32.self, field)  // versions
        let flags = try reader.read(UInt16.self, field)
        let method = try reader.read(UInt16.self, field)
        _ = try reader.read(UInt64.self, field)  // time, date, checksum
        let compressedSize = try reader.read(UInt32.self, field)
        let size = try reader.read(UInt32.self, field)
        let nameLength = Int(try reader.read(UInt16.self, field))
        let extraLength = Int(try reader.read(UInt16.self, field))
        let commentLength = Int(try reader.read(UInt16.self, field))
        _ = try reader.read(UInt64.self, field)  // disk, attributes
        let headerOffset = try reader.read(UInt32.self, field)
        let name = try reader.readText(nameLength, field)
        var wide = ZipWideFields(try reader.readBytes(extraLength, field))
        _ = try reader.readBytes(commentLength, field)

        let place = "zip entry \(quoted(name))"
        guard flags & 1 == 0 else { throw reader.error(place, "is encrypted, expected plain contents") }
        guard method == 0 else {
            throw reader.error(
                place, "is compressed (method \(method)), expected it stored: only then can it be mapped")
        }
        // The order of the wide fields is fixed, and a field is there only where its narrow one is all ones.
        let realSize = try size == .max ? wide.next(place) : Int(size)
        let realCompressedSize = try compressedSize == .max ? wide.next(place) : Int(compressedSize)
        let realOffset = try headerOffset == .max ? wide.next(place) : Int(headerOffset)
        guard realSize == realCompressedSize else {
            throw reader.error(
                place, "found \(realCompressedSize) stored bytes for \(realSize), expected the same size")
        }
        return ZipRecord(name: name, size: realSize, headerOffset: realOffset)
    }
}

/// The zip64 extra field of a record (header id 1): those of its sizes that need 64 bits.
private struct ZipWideFields {
    private var reader: ByteReader
    private var isSearched = false

    init(_ extra: MappedBytes) {
        reader = ByteReader(extra)
    }

    mutating func next(_ place: String) throws(FormatError) -> Int {
        let field = "\(place), zip64 field"
        if !isSearched { try search(field) }
        let value = try reader.read(UInt64.self, field)
        guard let size = Int(exactly: value) else {
            throw reader.error(field, "found \(value), expected a size inside the file")
        }
        return size
    }

    private mutating func search(_ field: String) throws(FormatError) {
        isSearched = true
        while true {
            let id = try reader.read(UInt16.self, field)
            let length = Int(try reader.read(UInt16.self, field))
            let body = try reader.readBytes(length, field)
            if id == 1 {
                reader = ByteReader(body)
                return
            }
        }
    }
}
