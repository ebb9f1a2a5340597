/// A file's path within a repository.
///
/// Paths come from the hub and from indexes, so from strangers: one that exists names a file below the folder it is
/// joined to.
public struct RepositoryPath: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let description: String

    /// `nil` for an absolute path, an empty part, `.` or `..`, a control character, and what file systems cannot hold.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isSafe = parts.allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && part.utf8.count <= 255
                && part.unicodeScalars.allSatisfy { !HubText.isControl($0) && $0 != "\\" }
        }
        guard isSafe, text.utf8.count <= 1_024 else { return nil }
        description = text
    }

    /// The last part.
    public var name: Substring { description.split(separator: "/").last ?? "" }

    /// Folders above the file.
    var depth: Int { description.count { $0 == "/" } }

    public static func < (left: RepositoryPath, right: RepositoryPath) -> Bool {
        left.description < right.description
    }
}
