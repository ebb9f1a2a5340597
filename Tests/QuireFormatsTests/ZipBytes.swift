/// Writes stored zip archives whose every field a test can falsify.
struct ZipBytes {
    struct Entry {
        var name: String
        var contents: [UInt8]
        var localName: String?
        var localMethod: UInt16 = 0
        var localSize: UInt32?
        var flags: UInt16 = 0
        var method: UInt16 = 0
        /// Sizes and offset as the directory states them; nil states the truth.
        var size: UInt32?
        var compressedSize: UInt32?
        var offset: UInt32?
        var extra: [UInt8] = []

        /// States `size` everywhere, whatever the contents are.
        mutating func setSizes(_ size: UInt32) {
            self.size = size
            compressedSize = size
            localSize = size
        }
    }

    private(set) var entries: [Entry] = []
    /// The end record's statements; nil states the truth.
    var count: UInt16?
    var directorySize: UInt32?
    var directoryOffset: UInt32?
    var disk: UInt16 = 0
    var comment: [UInt8] = []
    /// A zip64 end record and its locator, given where the directory lies.
    var zip64: ((_ count: Int, _ size: Int, _ offset: Int) -> [UInt8])?

    mutating func add(_ name: String, _ contents: [UInt8], _ change: (inout Entry) -> Void = { _ in }) {
        var entry = Entry(name: name, contents: contents)
        change(&entry)
        entries.append(entry)
    }

    var bytes: [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let offset = bytes.count
            let size = UInt32(entry.contents.count)
            let localName = Array((entry.localName ?? entry.name).utf8)
            let localSize = littleEndian(entry.localSize ?? size)
            bytes += littleEndian(UInt32(0x0403_4B50)) + [0, 0] + littleEndian(entry.flags)
            bytes += littleEndian(entry.localMethod) + [UInt8](repeating: 0, count: 8) + localSize + localSize
            bytes += littleEndian(UInt16(localName.count)) + [0, 0] + localName + entry.contents

            directory += littleEndian(UInt32(0x0201_4B50)) + [0, 0, 0, 0] + littleEndian(entry.flags)
            directory += littleEndian(entry.method) + [UInt8](repeating: 0, count: 8)
            directory += littleEndian(entry.compressedSize ?? size) + littleEndian(entry.size ?? size)
            directory += littleEndian(UInt16(entry.name.utf8.count)) + littleEndian(UInt16(entry.extra.count))
            directory += [UInt8](repeating: 0, count: 10) + littleEndian(entry.offset ?? UInt32(offset))
            directory += Array(entry.name.utf8) + entry.extra
        }
        let offset = bytes.count
        bytes += directory
        if let zip64 { bytes += zip64(entries.count, directory.count, offset) }
        bytes += littleEndian(UInt32(0x0605_4B50)) + littleEndian(disk) + littleEndian(disk)
        bytes += littleEndian(count ?? UInt16(entries.count)) + littleEndian(count ?? UInt16(entries.count))
        bytes += littleEndian(directorySize ?? UInt32(directory.count))
        bytes += littleEndian(directoryOffset ?? UInt32(offset)) + littleEndian(UInt16(comment.count)) + comment
        return bytes
    }
}
