#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a path to a checkpoint stands for: one file of tensors, or an index of several.
enum CheckpointSource {
    case file(String)
    case index(String)

    /// Files of a Hugging Face directory, in order of preference.
    private static let knownNames = [
        "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
        SeededWeightsFile.fileName,
    ]

    static func find(_ path: String) throws(FormatError) -> CheckpointSource {
        guard isDirectory(path) else { return of(path) }
        let directory = path.hasSuffix("/") ? path : path + "/"
        for name in knownNames where access(directory + name, F_OK) == 0 { return of(directory + name) }

        let names = try list(path)
        for suffix in [".safetensors", ".gguf"] {
            let matches = names.filter { $0.hasSuffix(suffix) }
            if matches.count == 1 { return of(directory + matches[0]) }
            if matches.count > 1 {
                throw FormatError(
                    file: path, place: "", found: "\(matches.count) \(suffix) files",
                    expected: "one, or an index: name the file itself")
            }
        }
        throw FormatError(
            file: path, place: "",
            problem: "found no weights, expected \(knownNames.joined(separator: ", ")), or one .safetensors or .gguf"
                + " file")
    }

    private static func of(_ path: String) -> CheckpointSource {
        path.hasSuffix(".index.json") ? .index(path) : .file(path)
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func list(_ path: String) throws(FormatError) -> [String] {
        guard let stream = opendir(path) else {
            throw FormatError(file: path, place: "", problem: "cannot be listed: \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            // The record may end before the declared size of d_name, so the field is never read as a whole.
            guard let nameOffset = MemoryLayout<dirent>.offset(of: \.d_name) else { break }
            let bytes = UnsafeRawPointer(entry).advanced(by: nameOffset).assumingMemoryBound(to: CChar.self)
            let name = String(cString: bytes)
            // Hidden files are leftovers of editors and downloads.
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
