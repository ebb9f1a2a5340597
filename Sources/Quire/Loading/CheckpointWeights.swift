import QuireCore
import QuireFormats

/// A checkpoint's tensors as the core's weights, under their Hugging Face names.
struct CheckpointWeights: WeightSource {
    let place: String
    private let entries: [String: TensorEntry]

    init(place: String, entries: [String: TensorEntry]) {
        self.place = place
        self.entries = entries
    }

    /// A GGUF file's tensors, renamed; those with names that the architecture does not know keep theirs, and are
    /// complained about when nobody claims them.
    init(_ file: GGUFFile, naming: GGUFNaming) {
        place = file.path
        entries = Dictionary(
            file.tensors.map { (naming.checkpointName(of: $0.name) ?? $0.name, $0) },
            uniquingKeysWith: { first, _ in first })
    }

    var names: [String] { Array(entries.keys) }
    var byteCount: Int { entries.values.reduce(0) { $0 + $1.bytes.count } }

    func tensor(named name: String) -> StoredTensor? {
        guard let entry = entries[name] else { return nil }
        let bytes = entry.bytes
        return StoredTensor(
            shape: entry.shape, typeName: entry.type.rawValue,
            bytes: UnsafeRawBufferPointer(start: bytes.baseAddress, count: bytes.count), owner: bytes.file,
            release: { bytes.releasePages() })
    }
}
