/// Pickles and torch archives of any well- or ill-formedness.
enum PickleBytes {
    static let proto: [UInt8] = [0x80, 2]
    static let stop: [UInt8] = [0x2E]
    static let mark: [UInt8] = [0x28]
    static let tuple: [UInt8] = [0x74]
    static let reduce: [UInt8] = [0x52]
    static let emptyTuple: [UInt8] = [0x29]
    static let newFalse: [UInt8] = [0x89]
    static let orderedDict = global("collections", "OrderedDict") + emptyTuple + reduce

    static func text(_ text: String) -> [UInt8] { [0x58] + littleEndian(UInt32(text.utf8.count)) + Array(text.utf8) }
    static func int(_ value: Int32) -> [UInt8] { [0x4A] + littleEndian(value) }
    static func long(_ value: Int64) -> [UInt8] { [0x8A, 8] + littleEndian(value) }
    static func global(_ module: String, _ name: String) -> [UInt8] { [0x63] + Array("\(module)\n\(name)\n".utf8) }
    static func ints(_ values: [Int64]) -> [UInt8] { mark + values.flatMap { long($0) } + tuple }

    static func storage(_ key: String, count: Int64, type: String = "FloatStorage") -> [UInt8] {
        mark + text("storage") + global("torch", type) + text(key) + text("cpu") + long(count) + tuple + [0x51]
    }

    /// A call of `_rebuild_tensor_v2` on storage "0".
    static func tensor(
        storageCount: Int64 = 4, offset: Int64 = 0, shape: [Int64] = [4], strides: [Int64] = [1],
        key: String = "0", type: String = "FloatStorage"
    ) -> [UInt8] {
        global("torch._utils", "_rebuild_tensor_v2") + mark + storage(key, count: storageCount, type: type)
            + long(offset) + ints(shape) + ints(strides) + newFalse + orderedDict + tuple + reduce
    }

    /// A whole pickle: a dictionary of these values.
    static func dictionary(_ items: [(String, [UInt8])]) -> [UInt8] {
        proto + [0x7D] + mark + items.flatMap { text($0.0) + $0.1 } + [0x75] + stop
    }

    /// An archive with this pickle and one storage of four floats.
    static func archive(_ pickle: [UInt8]) -> [UInt8] {
        var zip = ZipBytes()
        zip.add("archive/data.pkl", pickle)
        zip.add("archive/data/0", [UInt8](repeating: 1, count: 16))
        return zip.bytes
    }
}
