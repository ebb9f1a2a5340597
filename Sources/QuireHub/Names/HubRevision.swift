/// A branch, a tag or a commit.
public struct HubRevision: Sendable, Hashable, CustomStringConvertible {
    public static let main = HubRevision(checked: "main")

    public let description: String

    /// - Throws: `HubError.invalidName`; a revision names a file below a cache's `refs`.
    public init(_ text: String) throws(HubError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let isName = parts.allSatisfy { part in
            !part.isEmpty && !part.hasPrefix(".") && !part.contains("..")
                && part.utf8.allSatisfy { HubText.isWordByte($0) || $0 == UInt8(ascii: "+") }
        }
        guard isName, text.utf8.count <= 255 else {
            throw .invalidName(kind: "revision", name: text, expected: "a branch, a tag or a commit, such as main")
        }
        description = text
    }

    private init(checked text: String) { description = text }

    /// Whether it is a commit's full hash, which always means the same files.
    public var isCommit: Bool { description.utf8.count == 40 && HubText.isHex(description) }
}
