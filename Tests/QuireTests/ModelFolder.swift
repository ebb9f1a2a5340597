import Foundation
import Quire
import QuireFormats

/// A model folder in the making: the tiny fixture's files, to be spoilt one at a time.
final class ModelFolder {
    let path: String
    var config: [String: Any]
    var tensors: [(name: String, type: String, shape: [Int], bytes: Data)]

    init(copying fixture: String = "llama/gqa") throws {
        path = NSTemporaryDirectory() + "quire-model-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let source = Repository.fixture(fixture)
        let data = try Data(contentsOf: URL(fileURLWithPath: source + "/config.json"))
        config = try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        tensors = try SafetensorsFile(path: source + "/model.safetensors").tensors.map { entry in
            (entry.name, entry.type.rawValue.uppercased(), entry.shape, entry.bytes.withUnsafeBytes { Data($0) })
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Index of a tensor.
    func index(of name: String) -> Int { tensors.firstIndex { $0.name == name } ?? 0 }

    func write(_ name: String, _ data: Data) throws {
        try data.write(to: URL(fileURLWithPath: path).appendingPathComponent(name))
    }

    /// Writes both files.
    func writeFiles() throws {
        try write("config.json", JSONSerialization.data(withJSONObject: config))
        try write("model.safetensors", safetensors)
    }

    /// Gives the embedding and the output matrix so many rows, the new ones zero.
    func widenVocabulary(to count: Int) {
        for name in ["model.embed_tokens.weight", "lm_head.weight"] {
            let index = index(of: name)
            let rowBytes = tensors[index].bytes.count / tensors[index].shape[0]
            tensors[index].bytes += Data(count: rowBytes * (count - tensors[index].shape[0]))
            tensors[index].shape[0] = count
        }
        config["vocab_size"] = count
    }

    /// Writes both files and loads the model.
    @discardableResult
    func load() throws -> LLM {
        try writeFiles()
        return try LLM(EngineOptions(model: path))
    }

    /// What loading says.
    func complaint() -> String {
        do {
            try load()
            return "loaded"
        } catch {
            return "\(error)"
        }
    }

    private var safetensors: Data {
        var header: [String: Any] = [:]
        var body = Data()
        for tensor in tensors {
            header[tensor.name] = [
                "dtype": tensor.type, "shape": tensor.shape,
                "data_offsets": [body.count, body.count + tensor.bytes.count],
            ]
            body += tensor.bytes
        }
        let text = (try? JSONSerialization.data(withJSONObject: header)) ?? Data()
        return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) } + text + body
    }
}
