/// Reads the key-value part of a GGUF file.
struct GGUFMetadataReader {
    var reader: ByteReader
    /// Array elements that may still be read: a byte of the file becomes an element of many bytes in memory.
    private var elementBudget = 1 << 24

    /// Bytes of the smallest entry: length and one byte of key, type, one byte of value.
    static let minimumBytes = 8 + 1 + 4 + 1
    static let maximumNameLength = 65_535
    static let maximumArrayDepth = 4

    init(_ reader: ByteReader) {
        self.reader = reader
    }

    /// The values by their keys, and as they stand in the file.
    mutating func readAll(
        _ count: Int
    ) throws(FormatError) -> (values: [String: MetadataValue], encoded: [(key: String, value: GGUFValue)]) {
        var metadata: [String: MetadataValue] = [:]
        var encoded: [(key: String, value: GGUFValue)] = []
        for index in 0..<count {
            let start = reader.offset
            let key = try reader.readName("key of metadata entry \(index)")
            let type = try readType("type of metadata \(quoted(key))")
            let valueStart = reader.offset
            let value = try readValue(type, "metadata \(quoted(key))")
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw reader.error("metadata \(quoted(key))", at: start, "found a second time, expected unique keys")
            }
            let bytes = UnsafeRawBufferPointer(
                start: reader.bytes.baseAddress + valueStart, count: reader.offset - valueStart)
            encoded.append((key, GGUFValue(type: type, bytes: Array(bytes))))
        }
        return (metadata, encoded)
    }

    private mutating func readValue(_ type: GGUFValueType, _ field: String) throws(FormatError) -> MetadataValue {
        if type == .array { return .array(try readArray(field, depth: 1)) }
        return try readScalar(type, field)
    }

    private mutating func readType(_ field: @autoclosure () -> String) throws(FormatError) -> GGUFValueType {
        let start = reader.offset
        let number = try reader.read(UInt32.self, field())
        guard let type = GGUFValueType(rawValue: number) else {
            throw reader.error(field(), at: start, "found \(number), expected a value type from 0 to 12")
        }
        return type
    }

    /// An array of up to hundreds of thousands of strings (a vocabulary), so the loop does no work but reading.
    private mutating func readArray(_ field: String, depth: Int) throws(FormatError) -> [MetadataValue] {
        guard depth <= Self.maximumArrayDepth else {
            throw reader.error(field, "found arrays nested deeper than \(Self.maximumArrayDepth), expected fewer")
        }
        let type = try readType("element type of \(field)")
        let count = try reader.readCount("element count of \(field)", minimumBytes: type.minimumBytes)
        guard count <= elementBudget else {
            throw reader.error(
                "element count of \(field)",
                "found \(count), expected at most \(elementBudget) more array elements in one file")
        }
        elementBudget -= count

        var values: [MetadataValue] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            if type == .array {
                values.append(.array(try readArray(field, depth: depth + 1)))
            } else {
                values.append(try readScalar(type, field))
            }
        }
        return values
    }

    private mutating func readScalar(
        _ type: GGUFValueType, _ field: @autoclosure () -> String
    ) throws(FormatError) -> MetadataValue {
        switch type {
        case .uint8: return .uint(UInt64(try reader.read(UInt8.self, field())))
        case .uint16: return .uint(UInt64(try reader.read(UInt16.self, field())))
        case .uint32: return .uint(UInt64(try reader.read(UInt32.self, field())))
        case .uint64: return .uint(try reader.read(UInt64.self, field()))
        case .int8: return .int(Int64(try reader.read(Int8.self, field())))
        case .int16: return .int(Int64(try reader.read(Int16.self, field())))
        case .int32: return .int(Int64(try reader.read(Int32.self, field())))
        case .int64: return .int(try reader.read(Int64.self, field()))
        case .float32: return .float(Double(Float(bitPattern: try reader.read(UInt32.self, field()))))
        case .float64: return .float(Double(bitPattern: try reader.read(UInt64.self, field())))
        case .bool:
            let byte = try reader.read(UInt8.self, field())
            guard byte <= 1 else {
                throw reader.error(field(), at: reader.offset - 1, "found \(byte), expected 0 or 1 for a boolean")
            }
            return .bool(byte == 1)
        case .string:
            let length = try reader.readCount("length of \(field())", minimumBytes: 1)
            return .string(try reader.readText(length, field()))
        case .array:
            preconditionFailure("arrays are read by readArray")
        }
    }
}

/// `enum gguf_metadata_value_type` of the format description.
enum GGUFValueType: UInt32 {
    case uint8, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

    /// Bytes that the smallest value of the type takes in the file.
    var minimumBytes: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .uint16, .int16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64, .string: 8
        case .array: 12
        }
    }
}

extension ByteReader {
    /// A key or tensor name: text of one to 65,535 bytes.
    mutating func readName(_ field: @autoclosure () -> String) throws(FormatError) -> String {
        let start = offset
        let length = try read(UInt64.self, field())
        guard length > 0, length <= GGUFMetadataReader.maximumNameLength else {
            throw error(
                field(), at: start,
                "found a length of \(length), expected 1 to \(GGUFMetadataReader.maximumNameLength)")
        }
        return try readText(Int(length), field())
    }
}
