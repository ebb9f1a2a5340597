import Foundation

/// The local Hugging Face cache, in the layout that Hugging Face's own programs read and write.
///
/// ```
/// models--org--name/blobs/HASH                  contents, and HASH.incomplete while they arrive
/// models--org--name/snapshots/COMMIT/FILE       links to ../../blobs/HASH
/// models--org--name/refs/REVISION               the commit that a branch or tag meant last
/// .locks/models--org--name/HASH.lock            held while a content is fetched
/// ```
public struct HubCache: Sendable, Equatable {
    /// The folder that holds the repositories.
    public let root: String

    public init(root: String) { self.root = root }

    /// The folder of a repository, whether or not it exists.
    public func folder(of repository: RepositoryID) -> String { "\(root)/\(repository.folderName)" }

    func repository(_ id: RepositoryID) -> CachedRepository { CachedRepository(id: id, cache: self) }

    /// Repositories that have a folder, by name.
    ///
    /// - Throws: `HubError.cache` where the folder cannot be listed; one that does not exist is empty.
    public func repositories() throws(HubError) -> [RepositoryID] {
        let names = try Folder(root).names()
        return names.compactMap { RepositoryID(folderName: $0) }.sorted { $0.description < $1.description }
    }
}
