/// A repository's name on the hub: `org/name`, or one word for the hub's oldest models.
public struct RepositoryID: Sendable, Hashable, CustomStringConvertible {
    public let description: String

    /// - Throws: `HubError.invalidName`; a name becomes part of paths, so nothing in it can lead elsewhere.
    public init(_ text: String) throws(HubError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy(Self.isWord), !text.hasSuffix(".git") else {
            throw .invalidName(
                kind: "repository", name: text,
                expected: "org/name of letters, digits, '-', '_' and '.', without '--' and '..'")
        }
        description = text
    }

    /// Whether an organisation is named: one word alone may be anything that people call a model.
    public var hasOrganisation: Bool { description.contains("/") }

    /// The folder in a cache.
    public var folderName: String { Self.folderPrefix + description.replacing("/", with: "--") }

    static let folderPrefix = "models--"

    /// The repository that a cache's folder belongs to, or `nil` where it is none of a model.
    init?(folderName: String) {
        guard folderName.hasPrefix(Self.folderPrefix) else { return nil }
        let name = String(folderName.dropFirst(Self.folderPrefix.count)).replacing("--", with: "/")
        guard let id = try? RepositoryID(name) else { return nil }
        self = id
    }

    private static func isWord(_ word: Substring) -> Bool {
        guard (1...96).contains(word.utf8.count), !word.contains("--"), !word.contains("..") else { return false }
        let edges: Set<Character> = ["-", "."]
        guard let first = word.first, let last = word.last, !edges.contains(first), !edges.contains(last) else {
            return false
        }
        return word.utf8.allSatisfy { HubText.isWordByte($0) }
    }
}
