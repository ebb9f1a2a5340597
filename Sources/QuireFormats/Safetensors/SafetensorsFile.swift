/// A safetensors file: eight bytes of header length, a JSON header, then the tensors without gap.
///
/// Source: the safetensors format description. Everything that it demands is checked when the file is opened.
public struct SafetensorsFile: TensorFile {
    public let path: String
    public let tensors: [TensorEntry]
    /// The header's `__metadata__`, all strings.
    public let metadata: [String: MetadataValue]

    public var formatName: String { "safetensors" }

    /// The longest header accepted, in bytes: the limit of the reference implementation.
    public static let maximumHeaderLength = 100_000_000

    /// Maps and checks the file at `path`; throws `FormatError` naming the first thing wrong with it.
    public init(path: String) throws(FormatError) {
        try self.init(MappedFile(path: path))
    }

    init(_ file: MappedFile) throws(FormatError) {
        var reader = ByteReader(file.bytes)
        let headerLength = try reader.read(UInt64.self, "header length")
        guard headerLength <= Self.maximumHeaderLength else {
            throw FormatError(
                file: file.path, place: "header length at byte 0", found: headerLength,
                expected: "at most \(Self.maximumHeaderLength)")
        }
        guard let header = file.bytes.slice(at: reader.offset, count: Int(headerLength)) else {
            throw FormatError(
                file: file.path, place: "header length at byte 0", found: headerLength,
                expected: "at most \(reader.remaining), the bytes that follow it")
        }
        guard header.starts(with: [UInt8(ascii: "{")]) else {
            throw FormatError(
                file: file.path, place: "header at byte 8", problem: "does not begin with '{', expected a JSON object")
        }
        let dataStart = 8 + header.count
        guard let data = file.bytes.slice(at: dataStart, count: file.count - dataStart) else {
            preconditionFailure("the header lies inside the file")
        }

        let contents = try SafetensorsHeader(header).contents(data)
        path = file.path
        tensors = contents.tensors
        metadata = contents.metadata
    }
}
