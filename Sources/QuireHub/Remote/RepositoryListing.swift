import Foundation
import Logging

/// A file as the hub lists it; hash and size are known where the hub tells them.
struct ListedFile: Equatable {
    let path: RepositoryPath
    var size: Int?
    var checksum: Checksum?
}

/// The files of a repository at a commit.
struct RepositoryListing {
    let repository: RepositoryID
    let commit: HubRevision
    let files: [ListedFile]
    /// The name that the commit is spoken of by.
    var revision: HubRevision { commit }

    init(repository: RepositoryID, commit: HubRevision, files: [ListedFile]) {
        self.repository = repository
        self.commit = commit
        self.files = files
    }

    /// Reads the hub's description of a model. Paths that could lead elsewhere are left out with a warning: nothing
    /// needs them.
    ///
    /// - Throws: `HubError.unexpectedResponse`.
    init(repository: RepositoryID, json: Data, address: String, logger: Logger) throws(HubError) {
        let model: ModelJSON
        do {
            model = try JSONDecoder().decode(ModelJSON.self, from: json)
        } catch {
            throw .unexpectedResponse(address: address, problem: "does not describe a model in JSON")
        }
        guard HubText.isHex(model.sha), model.sha.utf8.count == 40, let commit = try? HubRevision(model.sha) else {
            throw .unexpectedResponse(address: address, problem: "names the commit '\(model.sha)', which is none")
        }
        let files: [ListedFile] = (model.siblings ?? []).compactMap { sibling in
            guard let path = RepositoryPath(sibling.rfilename) else {
                logger.warning(
                    "\(repository) lists an unsafe path", metadata: ["path": "\(HubText.printable(sibling.rfilename))"])
                return nil
            }
            let hash = sibling.lfs?.sha256 ?? sibling.blobId
            return ListedFile(
                path: path, size: sibling.lfs?.size ?? sibling.size, checksum: hash.flatMap { Checksum(hex: $0) })
        }
        self.init(repository: repository, commit: commit, files: files.sorted { $0.path < $1.path })
    }

    func file(_ path: RepositoryPath) -> ListedFile? { files.first { $0.path == path } }

    /// Its GGUF files, for those who did not name one.
    var ggufFiles: [String] { files.map(\.path).filter(GGUFParts.isGGUF).map(\.description) }
}

private struct ModelJSON: Decodable {
    let sha: String
    let siblings: [Sibling]?

    struct Sibling: Decodable {
        let rfilename: String
        let size: Int?
        let blobId: String?
        let lfs: LargeFile?
    }

    struct LargeFile: Decodable {
        let sha256: String?
        let size: Int?
    }
}
