import QuireJSON

/// The index of a sharded checkpoint: which file holds which tensor (`weight_map`).
struct CheckpointIndex {
    let path: String
    /// The index's own directory, with a slash at the end, or empty.
    let directory: String
    /// File by tensor.
    let weightMap: [String: String]

    /// The shards, each once, in the order of their names.
    var fileNames: [String] { Set(weightMap.values).sorted() }

    private static let maximumLength = 100_000_000

    init(path: String) throws(FormatError) {
        let file = try MappedFile(path: path)
        guard file.count <= Self.maximumLength else {
            throw FormatError(
                file: path, place: "", found: "\(file.count) bytes", expected: "at most \(Self.maximumLength)")
        }
        self.path = path
        directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""

        let json = try file.bytes.json(field: "index")
        guard case .object = json else {
            throw FormatError(file: path, place: "index", found: json.summary, expected: "an object")
        }
        let map = json["weight_map"]
        guard case .object(let entries)? = map, !entries.isEmpty else {
            throw FormatError(
                file: path, place: "weight_map", found: map?.summary ?? "nothing", expected: "an object of file names")
        }
        var weightMap: [String: String] = [:]
        for (tensor, value) in entries {
            guard case .string(let name) = value else {
                throw FormatError(
                    file: path, place: "weight_map \(quoted(tensor))", found: value.summary, expected: "a file name")
            }
            guard Self.isPlain(name) else {
                throw FormatError(
                    file: path, place: "weight_map \(quoted(tensor))", found: quoted(name),
                    expected: "the plain name of a file beside the index")
            }
            weightMap[tensor] = name
        }
        self.weightMap = weightMap
    }

    /// A name that cannot lead out of the directory.
    private static func isPlain(_ name: String) -> Bool {
        guard !name.isEmpty, name != ".", name != "..", name.utf8.count <= 255 else { return false }
        return !name.utf8.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") || $0 < 0x20 }
    }

    /// Checks both ways that index and shards agree; `files` are those of `fileNames`, in that order.
    func check(_ files: [any TensorFile]) throws(FormatError) {
        var missing = weightMap
        for (name, file) in zip(fileNames, files) {
            for tensor in file.tensors {
                guard let mapped = weightMap[tensor.name] else {
                    throw FormatError(
                        file: file.path, place: "tensor \(quoted(tensor.name))",
                        problem: "is not in the index, expected every tensor to be mapped")
                }
                guard mapped == name else {
                    throw FormatError(
                        file: file.path, place: "tensor \(quoted(tensor.name))",
                        problem: "is mapped to \(quoted(mapped)) by the index, expected it there")
                }
                missing[tensor.name] = nil
            }
        }
        if let (tensor, name) = missing.min(by: { $0.key < $1.key }) {
            throw FormatError(
                file: path, place: "weight_map \(quoted(tensor))", problem: "found no such tensor in \(quoted(name))")
        }
    }
}
