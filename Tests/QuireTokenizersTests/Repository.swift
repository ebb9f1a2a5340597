import Foundation

/// Where tests find files.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let fixtures = root.appending(path: "Tests/Fixtures/tokenizers")

    /// Real files that the project does not ship; tests that need them are skipped by name where they are missing.
    static let conformanceData: URL =
        ProcessInfo.processInfo.environment["QUIRE_CONFORMANCE_DATA"].map { URL(filePath: $0) }
        ?? root.appending(path: "../shared/data").standardized

    /// One JSON value a line. Split as bytes: in text, `"\r\n"` would be one character.
    static func jsonLines<Value: Decodable>(_ type: Value.Type, in file: URL) throws -> [Value] {
        let decoder = JSONDecoder()
        return try Data(contentsOf: file).split(separator: 0x0A).map { try decoder.decode(type, from: Data($0)) }
    }
}
