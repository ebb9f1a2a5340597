/// What people write to mean a model of the hub: `org/name`, or `org/name:file.gguf` for one of its GGUF files.
public struct HubReference: Sendable, Hashable, CustomStringConvertible {
    public let repository: RepositoryID
    /// A GGUF file of the repository; `nil` means a model in Hugging Face's layout.
    public let file: RepositoryPath?
    public let revision: HubRevision

    public init(repository: RepositoryID, file: RepositoryPath? = nil, revision: HubRevision = .main) {
        self.repository = repository
        self.file = file
        self.revision = revision
    }

    /// - Throws: `HubError.invalidName` that says which part is wrong.
    public init(_ text: String, revision: String? = nil) throws(HubError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        repository = try RepositoryID(String(parts[0]))
        if parts.count == 2 {
            guard let path = RepositoryPath(String(parts[1])), GGUFParts.isGGUF(path) else {
                throw .invalidName(
                    kind: "file of \(parts[0])", name: String(parts[1]),
                    expected: "a .gguf file, as in org/name:file.gguf")
            }
            file = path
        } else {
            file = nil
        }
        self.revision = if let revision { try HubRevision(revision) } else { .main }
    }

    public var description: String { file.map { "\(repository):\($0)" } ?? repository.description }
}
