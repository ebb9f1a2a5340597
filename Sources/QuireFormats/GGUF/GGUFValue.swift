/// One metadata value in the words of a GGUF file: the number of its type, then its bytes.
///
/// What a file said can be written again as it stood; `MetadataValue` is what it means.
public struct GGUFValue: Hashable, Sendable {
    let type: GGUFValueType
    let bytes: [UInt8]

    init(type: GGUFValueType, bytes: [UInt8]) {
        self.type = type
        self.bytes = bytes
    }

    public static func uint8(_ value: UInt8) -> GGUFValue { GGUFValue(type: .uint8, bytes: [value]) }
    public static func int8(_ value: Int8) -> GGUFValue { GGUFValue(type: .int8, bytes: littleEndian(value)) }
    public static func uint16(_ value: UInt16) -> GGUFValue { GGUFValue(type: .uint16, bytes: littleEndian(value)) }
    public static func int16(_ value: Int16) -> GGUFValue { GGUFValue(type: .int16, bytes: littleEndian(value)) }
    public static func uint32(_ value: UInt32) -> GGUFValue { GGUFValue(type: .uint32, bytes: littleEndian(value)) }
    public static func int32(_ value: Int32) -> GGUFValue { GGUFValue(type: .int32, bytes: littleEndian(value)) }
    public static func uint64(_ value: UInt64) -> GGUFValue { GGUFValue(type: .uint64, bytes: littleEndian(value)) }
    public static func int64(_ value: Int64) -> GGUFValue { GGUFValue(type: .int64, bytes: littleEndian(value)) }

    public static func float32(_ value: Float) -> GGUFValue {
        GGUFValue(type: .float32, bytes: littleEndian(value.bitPattern))
    }

    public static func float64(_ value: Double) -> GGUFValue {
        GGUFValue(type: .float64, bytes: littleEndian(value.bitPattern))
    }

    public static func bool(_ value: Bool) -> GGUFValue { GGUFValue(type: .bool, bytes: [value ? 1 : 0]) }

    public static func string(_ text: String) -> GGUFValue {
        let bytes = Array(text.utf8)
        return GGUFValue(type: .string, bytes: littleEndian(UInt64(bytes.count)) + bytes)
    }

    /// An array of values that have one type, its own arrays included.
    ///
    /// An empty array needs a type too: that of `example`.
    public static func array(_ elements: [GGUFValue], like example: GGUFValue) -> GGUFValue {
        precondition(elements.allSatisfy { $0.type == example.type }, "the elements of an array have one type")
        var bytes = littleEndian(example.type.rawValue) + littleEndian(UInt64(elements.count))
        bytes.reserveCapacity(bytes.count + elements.reduce(0) { $0 + $1.bytes.count })
        for element in elements { bytes += element.bytes }
        return GGUFValue(type: .array, bytes: bytes)
    }

    public static func strings(_ values: [String]) -> GGUFValue { array(values.map(string), like: string("")) }
    public static func floats(_ values: [Float]) -> GGUFValue { array(values.map(float32), like: float32(0)) }
    public static func int32s(_ values: [Int32]) -> GGUFValue { array(values.map(int32), like: int32(0)) }
}

/// A number's bytes, the lowest first.
func littleEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
}
