/// Opens a file of tensors whatever its format.
public enum TensorFiles {
    /// Maps the file at `path` and reads it in the format that its first bytes, or failing that its name, announce.
    ///
    /// Throws `FormatError` where no format fits or the file breaks the rules of its format.
    public static func open(_ path: String) throws(FormatError) -> any TensorFile {
        let file = try MappedFile(path: path)
        if path.split(separator: "/").last == SeededWeightsFile.fileName[...] { return try SeededWeightsFile(file) }
        if file.bytes.starts(with: GGUFFile.magic) { return try GGUFFile(file) }
        if file.bytes.starts(with: StoredZip.magic) || PyTorchFile.isLegacy(file) { return try PyTorchFile(file) }
        if file.bytes.starts(with: Array("version https://git-lfs".utf8)) {
            throw FormatError(
                file: path, place: "", problem: "is a Git LFS pointer, expected the file itself: run 'git lfs pull'")
        }
        if file.bytes.slice(at: 8, count: 1)?.starts(with: [UInt8(ascii: "{")]) == true {
            return try SafetensorsFile(file)
        }

        // No known beginning: the name says whose error message helps.
        switch fileExtension(path) {
        case "safetensors": return try SafetensorsFile(file)
        case "gguf": return try GGUFFile(file)
        case "bin", "pt", "pth": return try PyTorchFile(file)
        default:
            throw FormatError(
                file: path, place: "", problem: "found an unknown format, expected safetensors, GGUF or PyTorch")
        }
    }

    private static func fileExtension(_ path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: ".") else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }
}
