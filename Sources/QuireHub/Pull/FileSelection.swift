/// The files of a repository that running a model takes, and no others.
struct FileSelection {
    /// Configuration, tokenizer and templates.
    let companions: [ListedFile]
    let weights: Weights

    enum Weights {
        case files([ListedFile])
        /// The index is one of the companions; it names the files.
        case indexed(by: RepositoryPath)
    }

    /// - Throws: `HubError.fileNotFound` for a GGUF file that is not there, `HubError.noModel` where configuration or
    ///   weights are missing.
    init(_ reference: HubReference, _ parts: ModelParts, in listing: RepositoryListing) throws(HubError) {
        if let file = reference.file {
            companions = []
            weights = .files(try Self.files(GGUFParts.all(of: file), in: listing, of: reference))
            return
        }
        if parts == .withoutWeights {
            companions = listing.files.filter { Self.isCompanion($0.path) }
            weights = .files([])
            return
        }
        guard let config = RepositoryPath("config.json"), listing.file(config) != nil else {
            throw .noModel(
                repository: reference.repository.description, missing: "config.json", ggufFiles: listing.ggufFiles)
        }
        var companions = listing.files.filter { Self.isCompanion($0.path) }
        weights = try Self.weights(in: listing, of: reference)
        if case .indexed(let path) = weights, let index = listing.file(path) { companions.append(index) }
        self.companions = companions
    }

    /// The files that an index names.
    ///
    /// - Throws: `HubError.unsafePath` for a name that leads elsewhere, `HubError.fileNotFound`.
    static func shards(
        _ index: WeightIndex, in listing: RepositoryListing, of reference: HubReference
    ) throws(HubError) -> [ListedFile] {
        var paths: [RepositoryPath] = []
        for name in index.shards {
            guard let path = RepositoryPath(name) else {
                throw .unsafePath(repository: reference.repository.description, path: name)
            }
            paths.append(path)
        }
        return try files(paths, in: listing, of: reference)
    }

    private static func weights(
        in listing: RepositoryListing, of reference: HubReference
    ) throws(HubError) -> Weights {
        for form in WeightForm.allCases {
            if let file = listing.files.first(where: { $0.path.description == form.fileName }) { return .files([file]) }
            if let index = listing.files.first(where: { $0.path.description == form.indexName }) {
                return .indexed(by: index.path)
            }
        }
        // One file of another name is a model too; of several nobody knows which.
        let others = listing.files.filter { $0.path.depth == 0 && $0.path.name.hasSuffix(".safetensors") }
        guard others.count == 1 else {
            let expected = WeightForm.allCases.flatMap { [$0.fileName, $0.indexName] }.joined(separator: ", ")
            throw .noModel(
                repository: reference.repository.description, missing: "weights (\(expected))",
                ggufFiles: listing.ggufFiles)
        }
        return .files(others)
    }

    private static func files(
        _ paths: [RepositoryPath], in listing: RepositoryListing, of reference: HubReference
    ) throws(HubError) -> [ListedFile] {
        var files: [ListedFile] = []
        for path in paths {
            guard let file = listing.file(path) else {
                let kind = path.name.split(separator: ".").last.map { ".\($0)" } ?? ""
                throw .fileNotFound(
                    repository: reference.repository.description, revision: reference.revision.description,
                    file: path.description,
                    known: listing.files.map(\.path.description).filter { $0.hasSuffix(kind) })
            }
            files.append(file)
        }
        return files
    }

    private static let companionNames: Set<String> = [
        "config.json", "generation_config.json", "quantize_config.json", "quant_config.json",
        "tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
        "vocab.json", "merges.txt", "vocab.txt", "spiece.model", "sentencepiece.bpe.model",
        "chat_template.jinja", "chat_template.json",
    ]

    private static func isCompanion(_ path: RepositoryPath) -> Bool {
        let text = path.description
        let isNamedTemplate = text.hasPrefix("additional_chat_templates/") && text.hasSuffix(".jinja")
        return companionNames.contains(text) || isNamedTemplate
    }
}
