/// A checkpoint that `torch.save` wrote (PyTorch 1.6 or newer): a zip archive with a pickle and one entry per storage.
///
/// The pickle is read by a machine that can only rebuild tensors; no code of the file ever runs. Two tensors may share
/// a storage, as tied weights do. Source: `torch/serialization.py` and `torch/_utils.py` define what is written.
public struct PyTorchFile: TensorFile {
    public let path: String
    public let tensors: [TensorEntry]
    /// Numbers, strings and flags that stand beside the tensors in the dictionary.
    public let metadata: [String: MetadataValue]

    public var formatName: String { "PyTorch" }

    /// Maps and checks the file at `path`; throws `FormatError` naming the first thing wrong with it.
    public init(path: String) throws(FormatError) {
        try self.init(MappedFile(path: path))
    }

    init(_ file: MappedFile) throws(FormatError) {
        try Self.refuseLegacy(file)
        let archive = try StoredZip(file)
        let root = try Self.root(of: archive, file)
        if let order = archive.entries["\(root)/byteorder"], !order.starts(with: Array("little".utf8)) {
            throw FormatError(
                file: file.path, place: "\(root)/byteorder", problem: "found another byte order, expected 'little'")
        }
        guard let pickle = archive.entries["\(root)/data.pkl"] else {
            preconditionFailure("the root is where data.pkl lies")
        }
        let state = StateDict(archive: archive, root: root, path: file.path)
        let contents = try state.contents(Unpickler.run(pickle))
        path = file.path
        tensors = contents.tensors
        metadata = contents.metadata
    }

    /// The folder inside the archive that holds `data.pkl`; `torch.save` names it after the file.
    private static func root(of archive: StoredZip, _ file: MappedFile) throws(FormatError) -> String {
        let suffix = "/data.pkl"
        let roots = archive.entries.keys.filter { $0.hasSuffix(suffix) }.map { $0.dropLast(suffix.count) }
        guard roots.count == 1, let root = roots.first, !root.contains("/") else {
            throw FormatError(
                file: file.path, place: "zip archive", found: "\(roots.count) entries named 'data.pkl'",
                expected: "one, in a folder of its own")
        }
        guard archive.entries["\(root)/constants.pkl"] == nil else {
            throw FormatError(
                file: file.path, place: "zip archive",
                problem: "is a TorchScript program, expected a state dict: save model.state_dict() instead")
        }
        return String(root)
    }

    /// Whether the file begins as checkpoints before the zip format did: a bare pickle, or a tar archive.
    static func isLegacy(_ file: MappedFile) -> Bool {
        let bytes = file.bytes
        if let head = bytes.slice(at: 0, count: 2), head.starts(with: [0x80]) {
            return head.withUnsafeBytes { (1...5).contains($0[1]) }
        }
        return bytes.slice(at: 257, count: 5)?.starts(with: Array("ustar".utf8)) ?? false
    }

    private static func refuseLegacy(_ file: MappedFile) throws(FormatError) {
        guard isLegacy(file) else { return }
        throw FormatError(
            file: file.path, place: "",
            problem: "is a legacy PyTorch file without the zip container: load it with a current PyTorch and save its "
                + "state dict again with torch.save or safetensors.torch.save_file")
    }
}
