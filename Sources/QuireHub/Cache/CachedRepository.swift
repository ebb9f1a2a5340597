import Foundation

/// One repository of the cache.
struct CachedRepository {
    let id: RepositoryID
    let cache: HubCache
    var folder: String { cache.folder(of: id) }
    var blobs: String { folder + "/blobs" }

    func blob(_ name: String) -> String { "\(blobs)/\(name)" }
    func snapshot(_ commit: String) -> String { "\(folder)/snapshots/\(commit)" }
    func lock(_ blobName: String) -> String { "\(cache.root)/.locks/\(id.folderName)/\(blobName).lock" }

    /// The commit that a revision meant when it was last asked for, or `nil` where it never was.
    func commit(of revision: HubRevision) -> String? {
        if revision.isCommit { return revision.description }
        guard let text = try? String(contentsOfFile: "\(folder)/refs/\(revision)", encoding: .utf8) else { return nil }
        let commit = text.trimmingCharacters(in: .whitespacesAndNewlines)
        // Anything but a hash could lead out of the cache.
        return HubText.isHex(commit) ? commit : nil
    }

    /// Every branch and tag that is known here, with its commit.
    var revisions: [(name: HubRevision, commit: String)] {
        Folder(folder + "/refs").filesBelow().compactMap { name in
            guard let revision = try? HubRevision(name), let commit = commit(of: revision) else { return nil }
            return (revision, commit)
        }
    }

    /// Notes what a revision means now; a commit means itself.
    func setCommit(_ commit: HubRevision, of revision: HubRevision) throws(HubError) {
        guard !revision.isCommit, self.commit(of: revision) != commit.description else { return }
        let path = "\(folder)/refs/\(revision)"
        try Folder(URL(fileURLWithPath: path).deletingLastPathComponent().path).create()
        try AtomicFile.write(commit.description, to: path)
    }

    /// Shows a blob as a file of a commit.
    func link(_ path: RepositoryPath, of commit: HubRevision, to blobName: String) throws(HubError) {
        let link = "\(snapshot(commit.description))/\(path)"
        try Folder(URL(fileURLWithPath: link).deletingLastPathComponent().path).create()
        let up = String(repeating: "../", count: path.depth + 2)
        try AtomicFile.link(link, to: "\(up)blobs/\(blobName)")
    }
}
