import Logging
import NIOCore

/// Brings one file into the cache.
struct BlobDownload: Sendable {
    let client: HubClient
    let listing: RepositoryListing
    let repository: CachedRepository
    let settings: HubSettings
    let meter: ProgressMeter
    let logger: Logger

    /// Fetches what is missing of the file, and shows it in the commit's snapshot.
    ///
    /// - Returns: whether bytes had to come from the hub.
    /// - Throws: `HubError`, `CancellationError`; what has arrived stays for the next attempt, unless it is wrong.
    func run(_ file: RemoteFile) async throws -> Bool {
        let blob = repository.blob(file.blobName)
        let lock = try await BlobLock.acquire(repository.lock(file.blobName), logger: logger)
        // While this process waited another one may have done it all.
        let isHere = Folder.size(of: blob) == file.size
        if isHere { meter.add(bytes: file.size) } else { try await fetch(file, to: blob) }
        try repository.link(file.path, of: listing.commit, to: file.blobName)
        _ = consume lock
        meter.finishFile()
        return !isHere
    }

    private func fetch(_ file: RemoteFile, to blob: String) async throws {
        var partial = try PartialBlob(file, in: repository)
        let isResumed = partial.count > 0
        meter.add(bytes: partial.count)
        try await receive(file, into: &partial)
        do {
            try partial.check()
        } catch {
            guard isResumed else {
                partial.discard()
                throw error
            }
            // What an earlier process left may have been wrong, which is not the hub's fault.
            logger.notice("\(error); fetching it once more")
            try forget(&partial)
            try await receive(file, into: &partial)
            do {
                try partial.check()
            } catch {
                partial.discard()
                throw error
            }
        }
        try partial.publish(as: blob)
    }

    /// Reads until all bytes are here, over as many connections as it takes.
    private func receive(_ file: RemoteFile, into partial: inout PartialBlob) async throws {
        guard partial.count < file.size else { return }
        try await settings.retry.run(logger) { hasProgressed in
            let body = try await client.bytes(of: file, in: listing, from: partial.count)
            if body.offset != partial.count { try forget(&partial) }
            let start = partial.count
            defer { hasProgressed = partial.count > start }
            do {
                for try await chunk in body.chunks {
                    guard partial.count + chunk.readableBytes <= file.size else {
                        try forget(&partial)
                        throw HubError.unexpectedResponse(
                            address: body.address, problem: "sends more than the \(file.size) bytes of \(file.path)")
                    }
                    try partial.append(chunk)
                    meter.add(bytes: chunk.readableBytes)
                }
            } catch let error as HubError {
                throw error
            } catch {
                try Task.checkCancellation()
                logger.debug("connection lost", metadata: ["reason": "\(HubTransport.reason(error))"])
            }
            guard partial.count == file.size else {
                throw HubError.interrupted(
                    file: file.path.description, received: partial.count, expected: file.size)
            }
        }
    }

    private func forget(_ partial: inout PartialBlob) throws(HubError) {
        meter.add(bytes: -partial.count)
        try partial.restart()
    }
}
