/// Writes GGUF files of any well- or ill-formedness, field by field.
struct GGUFBytes {
    var magic = Array("GGUF".utf8)
    var version: UInt32 = 3
    /// Counts as the header states them; nil states the truth.
    var tensorCount: UInt64?
    var metadataCount: UInt64?
    var alignment = 32
    var data: [UInt8] = []
    private var metadata: [[UInt8]] = []
    private var tensors: [[UInt8]] = []

    static func text(_ text: String) -> [UInt8] {
        littleEndian(UInt64(text.utf8.count)) + Array(text.utf8)
    }

    /// An entry of any type and any bytes.
    mutating func add(_ key: String, type: UInt32, _ value: [UInt8]) {
        metadata.append(Self.text(key) + littleEndian(type) + value)
    }

    mutating func add(rawEntry bytes: [UInt8]) { metadata.append(bytes) }

    /// A tensor; `dimensions` are innermost first, as the file has them.
    mutating func addTensor(_ name: String, _ dimensions: [UInt64], type: UInt32, offset: UInt64, count: UInt32? = nil)
    {
        tensors.append(
            Self.text(name) + littleEndian(count ?? UInt32(dimensions.count)) + dimensions.flatMap { littleEndian($0) }
                + littleEndian(type) + littleEndian(offset))
    }

    /// A string array, the shape of a vocabulary.
    mutating func addStrings(_ key: String, _ strings: [String]) {
        var value = littleEndian(UInt32(8)) + littleEndian(UInt64(strings.count))
        for string in strings { value += Self.text(string) }
        add(key, type: 9, value)
    }

    var bytes: [UInt8] {
        var bytes = magic + littleEndian(version) + littleEndian(tensorCount ?? UInt64(tensors.count))
        bytes += littleEndian(metadataCount ?? UInt64(metadata.count))
        bytes += metadata.joined()
        bytes += tensors.joined()
        if !tensors.isEmpty {
            bytes += [UInt8](repeating: 0, count: (alignment - bytes.count % alignment) % alignment)
        }
        return bytes + data
    }
}
