import QuireFormats
import Testing

@Suite("the zip container of PyTorch files")
struct ZipTests {
    /// A well-formed archive with one change.
    func archive(_ change: (inout ZipBytes.Entry) -> Void = { _ in }) -> ZipBytes {
        var zip = ZipBytes()
        zip.add("archive/data.pkl", PickleBytes.dictionary([("w", PickleBytes.tensor())]))
        zip.add("archive/data/0", [UInt8](repeating: 1, count: 16), change)
        return zip
    }

    func refused(_ zip: ZipBytes, _ words: String) throws {
        let message = try #require(try refusal(zip.bytes, named: "m.bin"))
        #expect(message.contains(words))
    }

    func zip64(_ count: Int, _ size: Int, _ offset: Int, end: Int) -> [UInt8] {
        littleEndian(UInt32(0x0606_4B50)) + littleEndian(UInt64(44)) + [UInt8](repeating: 0, count: 12)
            + littleEndian(UInt64(count)) + littleEndian(UInt64(count)) + littleEndian(Int64(size))
            + littleEndian(UInt64(offset))
            + littleEndian(UInt32(0x0706_4B50)) + littleEndian(UInt32(0)) + littleEndian(UInt64(end))
            + littleEndian(UInt32(1))
    }

    /// The zip64 field of a directory entry with two sizes.
    func wideField(_ size: UInt64, _ compressedSize: UInt64) -> [UInt8] {
        littleEndian(UInt16(1)) + littleEndian(UInt16(16)) + littleEndian(size) + littleEndian(compressedSize)
    }

    @Test("a plain archive, one with a comment, and one with zip64 records open")
    func accepted() throws {
        #expect(try refusal(archive().bytes, named: "m.bin") == nil)
        var commented = archive()
        commented.comment = Array("PK\u{5}\u{6} is not the end".utf8)
        #expect(try refusal(commented.bytes, named: "m.bin") == nil)

        var wide = archive {
            $0.extra = wideField(16, 16)
            $0.size = .max
            $0.compressedSize = .max
        }
        wide.zip64 = { self.zip64($0, $1, $2, end: $2 + $1) }
        wide.count = .max
        wide.directorySize = .max
        wide.directoryOffset = .max
        #expect(try refusal(wide.bytes, named: "m.bin") == nil)
    }

    @Test("an entry that is compressed or encrypted is refused by name")
    func compressed() throws {
        try refused(archive { $0.method = 8 }, "zip entry 'archive/data/0' at byte")
        try refused(archive { $0.method = 8 }, "is compressed (method 8)")
        try refused(archive { $0.localMethod = 8 }, "found method 8 and flags 0 in its local header")
        try refused(archive { $0.flags = 1 }, "is encrypted")
        try refused(archive { $0.compressedSize = 15 }, "found 15 stored bytes for 16")
        let message = try refusal(Fixture.bytes("compressed.bin"), named: "m.bin")
        #expect(message?.contains("'archive/data.pkl'") == true)
        #expect(message?.contains("is compressed (method 8)") == true)
    }

    @Test("a local header that contradicts the directory is refused")
    func localHeader() throws {
        try refused(archive { $0.localName = "archive/data/1" }, "found 'archive/data/1' in its local header")
        try refused(archive { $0.localSize = 8 }, "found a size of 8 in its local header, expected 16")
        try refused(archive { $0.offset = 3 }, "found no local header at byte 3")
        try refused(archive { $0.offset = 1 << 30 }, "found position 1073741824, expected one inside")
        try refused(archive { $0.setSizes(1 << 30) }, "an end of at most")
    }

    @Test("entries that share bytes, with each other or with the directory, are refused")
    func overlap() throws {
        var zip = archive()
        zip.add("archive/data/1", Array("x".utf8)) { $0.offset = 0 }
        try refused(zip, "found 'archive/data.pkl' in its local header")
        var twin = archive()
        twin.add("archive/data/0", [UInt8](repeating: 1, count: 16))
        try refused(twin, "zip entry 'archive/data/0': found a second time")
        try refused(archive { $0.setSizes(40) }, "zip entry 'the central directory': found begin")
    }

    @Test("an end record that lies about the directory is refused")
    func endRecord() throws {
        var zip = archive()
        zip.count = 500
        try refused(zip, "found 500 entries, expected at most")
        zip = archive()
        zip.count = 1
        try refused(zip, "after its 1 entries")
        zip = archive()
        zip.count = 3
        try refused(zip, "found 3 entries, expected at most 2")
        zip = archive()
        zip.directoryOffset = 0
        try refused(zip, "zip central directory, entry 0 at byte 4: found another signature")
        zip = archive()
        zip.directoryOffset = .max - 1
        try refused(zip, "zip central directory at byte")
        zip = archive()
        zip.directorySize = .max - 1
        try refused(zip, "expected an end of at most")
        zip = archive()
        zip.disk = 1
        try refused(zip, "found several disks")
    }

    @Test("zip64 records out of bounds, in disagreement or absurd are refused")
    func wide() throws {
        var zip = archive()
        zip.zip64 = { self.zip64($0 + 1, $1, $2, end: $2 + $1) }
        try refused(zip, "does not agree with the zip64 end record")
        zip.zip64 = { self.zip64($0, $1, $2, end: 1 << 40) }
        try refused(zip, "found position 1099511627776, expected one before")
        zip.zip64 = { self.zip64($0, $1, $2, end: 0) }
        try refused(zip, "found another signature, expected 'PK\\u{6}\\u{6}'")
        zip.zip64 = { self.zip64($0, -1, $2, end: $2 + $1) }
        zip.directorySize = .max
        try refused(zip, "numbers beyond 63 bits")
        zip.zip64 = { self.zip64($0, Int.max, $2, end: $2 + $1) }
        try refused(zip, "expected an end of at most")

        let cut = archive { $0.size = .max }
        try refused(cut, "zip64 field at byte")
        let huge = archive {
            $0.extra = wideField(.max, .max)
            $0.size = .max
            $0.compressedSize = .max
        }
        try refused(huge, "found \(UInt64.max), expected a size inside the file")
    }

    @Test("every truncation of a real archive is refused")
    func truncations() throws {
        let bytes = try Fixture.bytes("state_dict.bin")
        for count in 0..<bytes.count {
            #expect(try refusal(Array(bytes.prefix(count)), named: "m.bin") != nil, "\(count) bytes")
        }
    }
}

extension ZipTests {
    @Test("archives without one data.pkl, with TorchScript code or of another byte order are refused")
    func contents() throws {
        var zip = ZipBytes()
        zip.add("readme.txt", [1])
        try refused(zip, "found 0 entries named 'data.pkl'")
        zip = archive()
        zip.add("other/data.pkl", [1])
        try refused(zip, "found 2 entries named 'data.pkl'")
        zip = archive()
        zip.add("archive/constants.pkl", [1])
        try refused(zip, "is a TorchScript program")
        zip = archive()
        zip.add("archive/byteorder", Array("big".utf8))
        try refused(zip, "archive/byteorder: found another byte order, expected 'little'")
    }
}
