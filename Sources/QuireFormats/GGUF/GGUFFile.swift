/// A GGUF file, version 2 or 3, little-endian: metadata, tensor list, then aligned tensor data.
///
/// Source: the GGUF format description. `shape` is outermost first, the reverse of the order in the file.
public struct GGUFFile: TensorFile {
    public let path: String
    /// The format's version, 2 or 3.
    public let version: Int
    public let tensors: [TensorEntry]
    public let metadata: [String: MetadataValue]
    /// The metadata as the file has them, in its order.
    public let encodedMetadata: [(key: String, value: GGUFValue)]

    public var formatName: String { "GGUF v\(version)" }

    static let magic: [UInt8] = Array("GGUF".utf8)
    static let defaultAlignment = 32
    static let alignmentKey = "general.alignment"

    /// Maps and checks the file at `path`; throws `FormatError` naming the first thing wrong with it.
    public init(path: String) throws(FormatError) {
        try self.init(MappedFile(path: path))
    }

    init(_ file: MappedFile) throws(FormatError) {
        guard file.bytes.starts(with: Self.magic) else {
            throw FormatError(
                file: file.path, place: "magic at byte 0", problem: "found no 'GGUF', expected a GGUF file")
        }
        var reader = ByteReader(file.bytes)
        try reader.skip(to: Self.magic.count, "magic")
        version = try Self.readVersion(&reader)

        let tensorCount = try reader.readCount("tensor count", minimumBytes: GGUFTensorList.minimumBytes)
        let metadataCount = try reader.readCount("metadata count", minimumBytes: GGUFMetadataReader.minimumBytes)
        var metadataReader = GGUFMetadataReader(reader)
        (metadata, encodedMetadata) = try metadataReader.readAll(metadataCount)
        let alignment = try Self.alignment(metadata, file)
        tensors = try GGUFTensorList.read(metadataReader.reader, count: tensorCount, alignment: alignment)
        path = file.path
    }

    private static func readVersion(_ reader: inout ByteReader) throws(FormatError) -> Int {
        let start = reader.offset
        let version = try reader.read(UInt32.self, "version")
        switch version {
        case 2, 3:
            return Int(version)
        case 1:
            throw reader.error(
                "version", at: start, "found 1, expected 2 or 3: convert the model again with a current converter")
        default:
            guard !(1...3).contains(version.byteSwapped) else {
                throw reader.error(
                    "version", at: start,
                    "found \(version.byteSwapped) in big-endian order, expected a little-endian file")
            }
            throw reader.error("version", at: start, "found \(version), expected 2 or 3")
        }
    }

    private static func alignment(
        _ metadata: [String: MetadataValue], _ file: MappedFile
    ) throws(FormatError) -> Int {
        guard let value = metadata[alignmentKey] else { return defaultAlignment }
        guard let alignment = value.integer, alignment > 0, alignment <= 1 << 30, alignment & (alignment - 1) == 0
        else {
            throw FormatError(
                file: file.path, place: alignmentKey, found: value.integer.map(String.init) ?? "no integer",
                expected: "a power of two")
        }
        return alignment
    }
}

extension ByteReader {
    /// A count of things that take at least `minimumBytes` each, so that an absurd one is refused before allocating.
    mutating func readCount(_ field: @autoclosure () -> String, minimumBytes: Int) throws(FormatError) -> Int {
        let start = offset
        let count = try read(UInt64.self, field())
        let most = remaining / minimumBytes
        guard count <= UInt64(most) else {
            throw error(
                field(), at: start,
                "found \(count), expected at most \(most), which the \(remaining) bytes left can hold")
        }
        return Int(count)
    }
}
