/// The folder of a commit: whether it holds a whole model, as a download that broke off does not.
struct SnapshotFolder {
    let path: String

    /// Files that loading would look for in vain.
    func missingFiles(_ parts: ModelParts) -> [String] {
        switch parts {
        case .everything: missingFiles
        case .withoutWeights:
            Self.tokenizerNames.contains(where: has) ? [] : Array(Self.tokenizerNames.prefix(1))
        }
    }

    private static let tokenizerNames = ["tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt"]

    /// Weights are fetched last, so where they are, the smaller files are that the repository has.
    private var missingFiles: [String] {
        guard has("config.json") else { return ["config.json"] }
        for form in WeightForm.allCases {
            if has(form.fileName) { return [] }
            if has(form.indexName) {
                // An index that cannot be read is for the loader to complain about.
                let shards = (try? WeightIndex(contentsOf: "\(path)/\(form.indexName)"))?.shards ?? []
                return shards.filter { !has($0) }
            }
        }
        // A folder that was filled otherwise may hold weights under any name.
        let others = (try? Folder(path).names()) ?? []
        let hasOthers = others.contains { name in
            [".safetensors", ".bin", ".gguf"].contains { name.hasSuffix($0) } && has(name)
        }
        return hasOthers ? [] : [WeightForm.safetensors.fileName]
    }

    private func has(_ name: String) -> Bool { Folder.isFile("\(path)/\(name)") }
}
