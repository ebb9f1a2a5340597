/// A file that holds named tensors and metadata, checked when it is opened and mapped rather than read.
public protocol TensorFile: Sendable {
    /// The path it was opened with.
    var path: String { get }
    /// The format and its version, for people: `safetensors`, `GGUF v3`, `PyTorch`.
    var formatName: String { get }
    /// Every tensor, in the order of the file's own list; names are unique.
    var tensors: [TensorEntry] { get }
    /// What the file says beside its tensors.
    var metadata: [String: MetadataValue] { get }
}

/// One tensor of a file: what it is called, how it is stored and where its bytes lie.
public struct TensorEntry: Sendable {
    public let name: String
    public let type: ElementType
    /// Outermost dimension first for every format; empty for a scalar.
    public let shape: [Int]
    /// Exactly `type.byteCount(shape:)` bytes, row-major, little-endian.
    ///
    /// Formats promise no alignment for the element type: read with unaligned loads, or ask `bytes.isAligned(to:)`.
    public let bytes: MappedBytes

    /// Path of the file that holds the bytes.
    public var path: String { bytes.file.path }

    /// Number of elements: the product of `shape`.
    public var elementCount: Int { checkedProduct(shape) ?? 0 }

    init(name: String, type: ElementType, shape: [Int], bytes: MappedBytes) {
        self.name = name
        self.type = type
        self.shape = shape
        self.bytes = bytes
    }
}
