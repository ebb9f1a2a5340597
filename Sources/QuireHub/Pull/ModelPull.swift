import Logging

/// A model that was pulled.
public struct PulledModel: Sendable, Equatable {
    public struct File: Sendable, Equatable {
        public let path: String
        /// Bytes.
        public let size: Int
        /// Whether bytes of it came from the hub now.
        public let isNew: Bool
    }

    /// The folder of the commit, or the GGUF file to open.
    public let path: String
    public let commit: String
    public let files: [File]
}

/// Brings a model's files into the cache: the small ones, then the weights.
///
/// Weights come last, so that a snapshot with all weights has everything else too. The revision is noted when all is
/// there, so that whoever looks in the meantime finds what was there before.
struct ModelPull {
    let client: HubClient
    let settings: HubSettings
    let reference: HubReference
    let parts: ModelParts
    let meter: ProgressMeter
    let logger: Logger
    private var repository: CachedRepository { settings.cache.repository(reference.repository) }

    func run() async throws -> PulledModel {
        let listing = try await client.listing(reference.repository, reference.revision)
        let selection = try FileSelection(reference, parts, in: listing)
        try Folder(repository.blobs).create()
        var files = try await fetch(selection.companions, of: listing)
        let snapshot = repository.snapshot(listing.commit.description)
        switch selection.weights {
        case .files(let weights): files += try await fetch(weights, of: listing)
        case .indexed(let path):
            let index = try WeightIndex(contentsOf: "\(snapshot)/\(path)")
            files += try await fetch(FileSelection.shards(index, in: listing, of: reference), of: listing)
        }
        try repository.setCommit(listing.commit, of: reference.revision)
        let opened = reference.file.map { "\(snapshot)/\(GGUFParts.all(of: $0)[0])" }
        return PulledModel(path: opened ?? snapshot, commit: listing.commit.description, files: files)
    }

    private func fetch(_ listed: [ListedFile], of listing: RepositoryListing) async throws -> [PulledModel.File] {
        let client = client
        let files = try await listed.concurrentMap(limit: settings.maxConcurrentFiles) { file in
            try await client.description(of: file, in: listing)
        }
        try checkSpace(for: files)
        meter.expect(files)
        let download = BlobDownload(
            client: client, listing: listing, repository: repository, settings: settings, meter: meter, logger: logger)
        return try await files.concurrentMap(limit: settings.maxConcurrentFiles) { file in
            let isNew = try await download.run(file)
            return PulledModel.File(path: file.path.description, size: file.size, isNew: isNew)
        }
    }

    /// Better now than after hours.
    private func checkSpace(for files: [RemoteFile]) throws(HubError) {
        let needed = files.reduce(0) { sum, file in
            let blob = repository.blob(file.blobName)
            let present = Folder.size(of: blob) ?? Folder.size(of: blob + ".incomplete") ?? 0
            return sum + max(0, file.size - present)
        }
        guard let free = Folder(repository.blobs).freeBytes, needed > free else { return }
        throw .diskFull(folder: repository.blobs, needed: needed, free: free)
    }
}
