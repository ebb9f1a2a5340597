import Foundation

/// The forms that weights are published in, the preferred one first.
enum WeightForm: CaseIterable {
    case safetensors
    case pickle

    var fileName: String {
        switch self {
        case .safetensors: "model.safetensors"
        case .pickle: "pytorch_model.bin"
        }
    }

    /// The index of weights in several files.
    var indexName: String { fileName + ".index.json" }
}

/// Which files a checkpoint in several files has.
struct WeightIndex {
    /// Names, each once, in order; unchecked.
    let shards: [String]

    /// - Throws: `HubError.cache` where it is no index.
    init(contentsOf path: String) throws(HubError) {
        do {
            let index = try JSONDecoder().decode(IndexJSON.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
            shards = Set(index.weight_map.values).sorted()
        } catch {
            throw .cache(path: path, reason: "is not an index of weights with a 'weight_map'")
        }
    }

    private struct IndexJSON: Decodable {
        let weight_map: [String: String]
    }
}
