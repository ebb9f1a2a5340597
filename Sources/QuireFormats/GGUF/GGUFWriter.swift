#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A tensor that a GGUF file shall hold.
public struct GGUFTensor: Hashable, Sendable {
    public let name: String
    public let type: ElementType
    /// Outermost dimension first, one to four of them.
    public let shape: [Int]

    public init(name: String, type: ElementType, shape: [Int]) {
        self.name = name
        self.type = type
        self.shape = shape
    }
}

/// Writes a GGUF file, version 3, a piece of a tensor at a time and in any order.
///
/// Header, metadata and tensor list are written when it is made, which fixes where every tensor lies; nothing is held in
/// memory. The file grows beside `path` under another name and takes its place in `finish`; whatever ends before that
/// leaves nothing behind. Source: the GGUF format description.
public final class GGUFWriter: Sendable {
    public let path: String
    public let tensors: [GGUFTensor]
    /// Bytes of each tensor.
    public let byteCounts: [Int]
    /// Where each tensor begins in the file.
    private let offsets: [Int]
    private let file: PartialFile

    /// - Parameters:
    ///   - metadata: in the order in which they are written; `general.alignment` is added where it is not 32.
    ///   - alignment: of every tensor's first byte, a power of two.
    ///   - overwrites: whether a file at `path` may be replaced.
    /// - Throws: `FormatError` for a tensor or a key that GGUF cannot hold, and where the system refuses to write.
    public init(
        path: String, metadata: [(key: String, value: GGUFValue)], tensors: [GGUFTensor], alignment: Int = 32,
        overwrites: Bool
    ) throws(FormatError) {
        precondition(alignment > 0 && alignment & (alignment - 1) == 0, "an alignment is a power of two")
        var metadata = metadata.filter { $0.key != GGUFFile.alignmentKey }
        if alignment != GGUFFile.defaultAlignment {
            metadata.append((GGUFFile.alignmentKey, .uint32(UInt32(alignment))))
        }
        try Self.checkNames(metadata.map(\.key), of: "metadata", path)
        try Self.checkNames(tensors.map(\.name), of: "tensor", path)

        var header = GGUFFile.magic + littleEndian(UInt32(3))
        header += littleEndian(UInt64(tensors.count)) + littleEndian(UInt64(metadata.count))
        for (key, value) in metadata {
            header += GGUFValue.string(key).bytes + littleEndian(value.type.rawValue) + value.bytes
        }
        var byteCounts: [Int] = []
        var offsets: [Int] = []
        var end = 0
        for tensor in tensors {
            let (entry, size) = try Self.entry(of: tensor, at: end, path)
            header += entry
            offsets.append(end)
            byteCounts.append(size)
            guard let next = checkedSum(end, size).flatMap({ checkedAlign($0, to: alignment) }) else {
                throw Self.error(path, tensor, "makes the file larger than 2⁶³ bytes")
            }
            end = next
        }
        guard let start = checkedAlign(header.count, to: alignment), let total = checkedSum(start, end) else {
            throw FormatError(file: path, place: "", problem: "would be larger than 2⁶³ bytes")
        }
        self.path = path
        self.tensors = tensors
        self.byteCounts = byteCounts
        self.offsets = offsets.map { start + $0 }
        file = try PartialFile(path: path, overwrites: overwrites)
        // What is never written reads as zeros: the padding between tensors.
        try file.setSize(total)
        try header.withUnsafeBufferPointer { bytes throws(FormatError) in
            try file.write(UnsafeRawBufferPointer(bytes), at: 0)
        }
    }

    /// Writes a part of a tensor; several threads may write different parts at once.
    ///
    /// - Parameter offset: of the first byte, from the start of the tensor.
    /// - Throws: `FormatError` where the system refuses to write.
    public func write(_ bytes: UnsafeRawBufferPointer, ofTensor index: Int, at offset: Int) throws(FormatError) {
        precondition(offset >= 0 && bytes.count <= byteCounts[index] - offset, "a write beyond the end of a tensor")
        try file.write(bytes, at: offsets[index] + offset)
    }

    /// Puts the file in its place; every tensor must have been written.
    ///
    /// - Throws: `FormatError` where the system refuses, or another file has appeared there.
    public func finish() throws(FormatError) { try file.finish() }

    /// Removes what was written; nothing after `finish`.
    public func discard() { file.discard() }

    private static func checkNames(_ names: [String], of kind: String, _ path: String) throws(FormatError) {
        var seen: Set<String> = []
        for name in names {
            guard (1...GGUFMetadataReader.maximumNameLength).contains(name.utf8.count) else {
                throw FormatError(
                    file: path, place: "\(kind) \(quoted(name))", found: "a name of \(name.utf8.count) bytes",
                    expected: "1 to \(GGUFMetadataReader.maximumNameLength)")
            }
            guard seen.insert(name).inserted else {
                throw FormatError(
                    file: path, place: "\(kind) \(quoted(name))", problem: "is given twice, expected unique names")
            }
        }
    }

    /// A line of the tensor list, and the bytes of the tensor.
    private static func entry(
        of tensor: GGUFTensor, at offset: Int, _ path: String
    ) throws(FormatError) -> (entry: [UInt8], size: Int) {
        guard (1...GGUFTensorList.maximumDimensions).contains(tensor.shape.count),
            !tensor.shape.contains(where: { $0 < 1 })
        else {
            throw error(path, tensor, "has the shape \(tensor.shape), expected one to four dimensions of at least 1")
        }
        guard let number = tensor.type.ggufNumber else {
            let known = ElementType.allCases.filter { $0.ggufNumber != nil }.map(\.rawValue).joined(separator: ", ")
            throw error(path, tensor, "is of type \(tensor.type), which GGUF does not know; it knows \(known)")
        }
        guard let size = tensor.type.byteCount(shape: tensor.shape) else {
            throw error(
                path, tensor,
                "has the shape \(tensor.shape), expected rows of a multiple of \(tensor.type.elementsPerBlock) for "
                    + "\(tensor.type) and fewer than 2⁶³ bytes")
        }
        var entry = GGUFValue.string(tensor.name).bytes + littleEndian(UInt32(tensor.shape.count))
        for length in tensor.shape.reversed() { entry += littleEndian(UInt64(length)) }
        entry += littleEndian(number) + littleEndian(UInt64(offset))
        return (entry, size)
    }

    private static func error(_ path: String, _ tensor: GGUFTensor, _ problem: String) -> FormatError {
        FormatError(file: path, place: "tensor \(quoted(tensor.name))", problem: problem)
    }
}
