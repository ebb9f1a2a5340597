/// The tensors of a whole checkpoint, whether one file holds them or several.
public struct CheckpointFiles: Sendable {
    /// Every file that holds tensors, in the order of their names.
    public let files: [any TensorFile]
    /// Every tensor by name.
    public let tensors: [String: TensorEntry]

    /// Opens a file, an index (`….index.json`), or a directory in Hugging Face layout.
    ///
    /// In a directory the first of these wins: `model.safetensors`, `model.safetensors.index.json`,
    /// `pytorch_model.bin`, `pytorch_model.bin.index.json`, `seeded_weights.json`, then the one `.safetensors` or else the
    /// one `.gguf` file. Throws `FormatError` where none is there, a file is broken, or index and shards disagree.
    public init(directoryOrFile path: String) throws(FormatError) {
        let source = try CheckpointSource.find(path)
        var files: [any TensorFile] = []
        switch source {
        case .file(let path):
            files = [try TensorFiles.open(path)]
        case .index(let path):
            let index = try CheckpointIndex(path: path)
            for name in index.fileNames { files.append(try TensorFiles.open(index.directory + name)) }
            try index.check(files)
        }
        try Self.refusePart(files)

        var tensors: [String: TensorEntry] = [:]
        for file in files {
            for tensor in file.tensors {
                if let other = tensors.updateValue(tensor, forKey: tensor.name) {
                    throw FormatError(
                        file: file.path, place: "tensor \(quoted(tensor.name))",
                        problem: "is also in \(other.path), expected every tensor in one file")
                }
            }
        }
        self.files = files
        self.tensors = tensors
    }

    /// The tensor called `name`, or nil.
    public func entry(named name: String) -> TensorEntry? { tensors[name] }

    /// A split GGUF model has no index, and its parts alone would look like a model that lacks weights.
    private static func refusePart(_ files: [any TensorFile]) throws(FormatError) {
        for file in files {
            guard let count = file.metadata["split.count"]?.integer, count > 1 else { continue }
            throw FormatError(
                file: file.path, place: "split.count", found: "one part of \(count)",
                expected: "a whole model: merge the parts into one GGUF file")
        }
    }
}
