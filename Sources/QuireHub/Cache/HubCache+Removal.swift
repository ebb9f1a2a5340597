import Foundation

extension HubCache {
    /// Removes a model: a whole repository, one revision of it, or one GGUF file.
    ///
    /// Contents that another revision shows stay.
    ///
    /// - Parameter revision: `nil` means all of them.
    /// - Returns: bytes that are free again.
    /// - Throws: `HubError.notCached` where there is no such thing, `HubError.cache`.
    public func remove(
        _ repository: RepositoryID, file: RepositoryPath? = nil, revision: HubRevision? = nil
    ) throws(HubError) -> Int {
        let cached = self.repository(repository)
        let before = try cached.info()
        let commits: [String]
        if let revision {
            commits = [cached.commit(of: revision)].compactMap { $0 }
        } else {
            commits = before.snapshots.map(\.commit)
        }
        let name = (file.map { "\(repository):\($0)" } ?? repository.description) + (revision.map { "@\($0)" } ?? "")
        let missing = HubError.notCached(name: name, lookedIn: cached.folder, missing: [])
        if let file {
            try cached.remove(GGUFParts.all(of: file), from: commits, orThrow: missing)
            for snapshot in try cached.info().snapshots where snapshot.files.isEmpty {
                try cached.removeSnapshot(snapshot.commit)
            }
        } else if revision == nil {
            guard FileManager.default.fileExists(atPath: cached.folder) else { throw missing }
            return try cached.removeAll(before)
        } else {
            guard before.snapshots.contains(where: { commits.contains($0.commit) }) else { throw missing }
            for commit in commits { try cached.removeSnapshot(commit) }
        }
        try cached.removeUnusedBlobs()
        let after = try cached.info()
        if after.snapshots.isEmpty, after.partialSize == 0 { _ = try cached.removeAll(after) }
        return before.size - after.size
    }
}

extension CachedRepository {
    /// The folder is out of sight at once, however long its removal takes.
    fileprivate func removeAll(_ info: CachedRepositoryInfo) throws(HubError) -> Int {
        let hidden = "\(cache.root)/.removed-\(UUID().uuidString)"
        try AtomicFile.move(folder, to: hidden)
        try Folder(hidden).remove()
        return info.size + info.partialSize
    }

    fileprivate func removeSnapshot(_ commit: String) throws(HubError) {
        for revision in revisions where revision.commit == commit {
            try Folder("\(folder)/refs/\(revision.name)").remove()
        }
        try Folder(snapshot(commit)).remove()
    }

    fileprivate func remove(
        _ paths: [RepositoryPath], from commits: [String], orThrow missing: HubError
    ) throws(HubError) {
        let links = commits.flatMap { commit in paths.map { "\(snapshot(commit))/\($0)" } }.filter(Folder.isFile)
        guard !links.isEmpty else { throw missing }
        for link in links { try Folder(link).remove() }
    }

    /// Removes blobs that no snapshot links to; those that are still arriving stay.
    fileprivate func removeUnusedBlobs() throws(HubError) {
        var used: Set<String> = []
        for commit in try Folder(folder + "/snapshots").names() {
            for file in Folder(snapshot(commit)).filesBelow() {
                let link = URL(fileURLWithPath: "\(snapshot(commit))/\(file)")
                used.insert(link.resolvingSymlinksInPath().lastPathComponent)
            }
        }
        for name in try Folder(blobs).names() where !name.hasSuffix(".incomplete") && !used.contains(name) {
            try Folder(blob(name)).remove()
        }
    }
}
