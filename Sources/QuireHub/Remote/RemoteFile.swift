import NIOHTTP1

/// A file of the hub, ready to be fetched.
struct RemoteFile: Sendable, Equatable {
    let path: RepositoryPath
    /// Bytes.
    let size: Int
    /// What the hub calls its content, and the cache the file that holds it.
    let blobName: String
    /// `nil` where the hub names contents by something that is no hash of them.
    let checksum: Checksum?

    /// So that sums of sizes are numbers: 1 PiB.
    private static let largestSize = 1 << 50

    /// - Throws: `HubError.unexpectedResponse` where size or name are missing, or contradict the listing.
    init(listed: ListedFile, commit: HubRevision, response: HubTransport.Response) throws(HubError) {
        let address = response.url.shortened
        let headers = response.headers
        if let found = headers.first(name: HubHeader.commit), found != commit.description {
            throw .unexpectedResponse(address: address, problem: "is of commit \(found), not of \(commit)")
        }
        guard let tag = headers.first(name: HubHeader.linkedETag) ?? headers.first(name: "ETag"),
            let name = Self.blobName(tag)
        else {
            throw .unexpectedResponse(address: address, problem: "has no usable ETag")
        }
        let length = headers.first(name: HubHeader.linkedSize) ?? headers.first(name: "Content-Length")
        guard let size = length.flatMap({ Int($0) }) ?? listed.size, (0...Self.largestSize).contains(size) else {
            throw .unexpectedResponse(address: address, problem: "does not tell its size, or no possible one")
        }
        let checksum = Checksum(hex: name) ?? listed.checksum
        if let expected = listed.checksum, expected != checksum {
            throw .unexpectedResponse(address: address, problem: "has \(name), but is listed with \(expected)")
        }
        if let expected = listed.size, expected != size {
            throw .unexpectedResponse(address: address, problem: "has \(size) bytes, but is listed with \(expected)")
        }
        path = listed.path
        self.size = size
        blobName = checksum?.hex ?? name
        self.checksum = checksum
    }

    /// An ETag without its quotes; `nil` where it could not be a file's name.
    static func blobName(_ tag: String) -> String? {
        let bare = (tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag).trimmingPrefix("\"")
        let name = bare.hasSuffix("\"") ? String(bare.dropLast()) : String(bare)
        let isName = (1...128).contains(name.utf8.count) && name.utf8.allSatisfy(HubText.isWordByte)
        return isName && !name.hasPrefix(".") && !name.hasSuffix(".incomplete") ? name : nil
    }
}
