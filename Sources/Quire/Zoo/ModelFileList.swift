import Foundation
import QuireFormats

/// The files that make up a local model.
struct ModelFileList {
    /// Those of weights, an index of shards among them.
    let weights: [String]
    /// The others.
    let companions: [String]
    /// Bytes of all tensors.
    let weightBytes: Int

    var all: [String] { weights + companions }

    /// Beside the weights: what is read of a folder in Hugging Face's layout.
    private static let companionNames =
        [
            "config.json", "generation_config.json", "tokenizer_config.json", "special_tokens_map.json",
            "chat_template.jinja", "chat_template.json",
        ] + ModelDirectory.tokenizerFiles

    /// - Throws: `FormatError` where the weights cannot be read.
    init(_ location: ModelLocation) throws {
        let checkpoint = try CheckpointFiles(directoryOrFile: location.path)
        var weights = checkpoint.files.map(\.path)
        weightBytes = checkpoint.tensors.values.reduce(0) { $0 + $1.bytes.count }
        guard case .directory(let folder) = location else {
            self.weights = weights
            companions = []
            return
        }
        func present(_ names: [String]) -> [String] {
            names.map { "\(folder)/\($0)" }.filter { FileManager.default.fileExists(atPath: $0) }
        }
        if weights.count > 1 { weights += present(["model.safetensors.index.json", "pytorch_model.bin.index.json"]) }
        self.weights = weights
        companions = present(Self.companionNames)
    }
}
