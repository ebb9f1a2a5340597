import Foundation

/// What the cache holds of one repository.
public struct CachedRepositoryInfo: Sendable, Equatable {
    public struct Snapshot: Sendable, Equatable {
        public let commit: String
        /// Branches and tags that meant this commit when they were last asked for.
        public let revisions: [String]
        public let path: String
        /// Paths within the folder.
        public let files: [String]
    }

    public let repository: RepositoryID
    public let snapshots: [Snapshot]
    /// Bytes on the disk; a content that several commits share counts once.
    public let size: Int
    /// Bytes of downloads that are not finished.
    public let partialSize: Int
}

extension HubCache {
    /// What is there of every repository, by name.
    ///
    /// - Throws: `HubError.cache`.
    public func contents() throws(HubError) -> [CachedRepositoryInfo] {
        var contents: [CachedRepositoryInfo] = []
        for id in try repositories() { contents.append(try repository(id).info()) }
        return contents
    }
}

extension CachedRepository {
    func info() throws(HubError) -> CachedRepositoryInfo {
        let revisions = revisions
        let snapshots = try Folder(folder + "/snapshots").names().filter(HubText.isHex).map { commit in
            CachedRepositoryInfo.Snapshot(
                commit: commit, revisions: revisions.filter { $0.commit == commit }.map(\.name.description),
                path: snapshot(commit), files: Folder(snapshot(commit)).filesBelow())
        }
        let blobNames = try Folder(blobs).names()
        func size(_ names: [String]) -> Int { names.reduce(0) { $0 + (Folder.size(of: blob($1)) ?? 0) } }
        let partial = blobNames.filter { $0.hasSuffix(".incomplete") }
        return CachedRepositoryInfo(
            repository: id, snapshots: snapshots, size: size(blobNames) - size(partial), partialSize: size(partial))
    }
}
