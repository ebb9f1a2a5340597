/// Weights that follow from a seed, so that a model of any size needs a file of a few lines: `seeded_weights.json`.
///
/// ```json
/// {"seed": 7, "tensors": {"model.norm.weight": {"shape": [64], "scale": 0.3, "offset": 1}}}
/// ```
///
/// An element is `offset + scale · x` in float32, each operation rounded, where x is the tensor's `SeededNumbers`. What
/// computes in IEEE arithmetic has the same bits; `Tests/Tools/architectures/seeded.py` does it with numpy.
public struct SeededWeightsFile: TensorFile {
    public let path: String
    public let tensors: [TensorEntry]

    public var formatName: String { "seeded weights" }
    public var metadata: [String: MetadataValue] { [:] }

    /// What such a file is called: nothing in it tells it from other JSON.
    public static let fileName = "seeded_weights.json"
    /// Elements of all tensors together, at most: 1 GiB of them.
    public static let maximumElements = 1 << 28
    private static let maximumLength = 16 << 20
    /// Tensors begin at cache lines.
    private static let alignment = 64

    /// Reads the file at `path` and makes its weights; throws `FormatError` naming the first thing wrong with it.
    public init(path: String) throws(FormatError) {
        try self.init(MappedFile(path: path))
    }

    init(_ file: MappedFile) throws(FormatError) {
        guard file.count <= Self.maximumLength else {
            throw FormatError(
                file: file.path, place: "", found: "\(file.count) bytes", expected: "at most \(Self.maximumLength)")
        }
        let list = try SeededTensorList(file)
        var offsets: [Int] = []
        var end = 0
        for tensor in list.tensors {
            offsets.append(end)
            // Neither can overflow: the list is bounded in elements and in bytes of text.
            end += tensor.count * MemoryLayout<Float>.stride
            end = (end + Self.alignment - 1) / Self.alignment * Self.alignment
        }
        let memory = try MappedFile(path: file.path, memoryOf: end) { memory in
            for (tensor, offset) in zip(list.tensors, offsets) {
                tensor.fill(UnsafeMutableRawBufferPointer(rebasing: memory[offset...]), seed: list.seed)
            }
        }
        path = file.path
        tensors = zip(list.tensors, offsets).map { tensor, offset in
            guard let bytes = memory.bytes.slice(at: offset, count: tensor.count * MemoryLayout<Float>.stride) else {
                preconditionFailure("the memory was sized for every tensor")
            }
            return TensorEntry(name: tensor.name, type: .f32, shape: tensor.shape, bytes: bytes)
        }
    }
}
