import Foundation

/// A model that the cache has all files of.
public struct CachedModel: Sendable, Equatable {
    /// The folder of the commit, or the GGUF file to open.
    public let path: String
    public let commit: String

    public init(path: String, commit: String) {
        self.path = path
        self.commit = commit
    }
}

extension HubCache {
    /// What the cache has of a model.
    public enum Lookup: Sendable, Equatable {
        case found(CachedModel)
        /// The files that are not there; none where not even the revision is known.
        case incomplete(missing: [String])
    }

    /// Looks for a model without asking the hub.
    public func lookup(_ reference: HubReference, parts needed: ModelParts = .everything) -> Lookup {
        let repository = repository(reference.repository)
        guard let commit = repository.commit(of: reference.revision) else { return .incomplete(missing: []) }
        let snapshot = repository.snapshot(commit)
        guard FileManager.default.fileExists(atPath: snapshot) else { return .incomplete(missing: []) }
        let missing: [String]
        let path: String
        if let file = reference.file {
            let parts = GGUFParts.all(of: file)
            missing = parts.map(\.description).filter { !Folder.isFile("\(snapshot)/\($0)") }
            path = "\(snapshot)/\(parts[0])"
        } else {
            missing = SnapshotFolder(path: snapshot).missingFiles(needed)
            path = snapshot
        }
        return missing.isEmpty ? .found(CachedModel(path: path, commit: commit)) : .incomplete(missing: missing)
    }
}
