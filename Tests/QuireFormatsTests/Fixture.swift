import Foundation
import QuireFormats

/// The checked-in files made by `Tests/Tools/make_format_fixtures.py`.
enum Fixture {
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func path(_ name: String) -> String {
        repository.appendingPathComponent("Tests/Fixtures/formats/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: path(name))))
    }

    /// A tensor as the reference library of its format reads it.
    struct Expectation: Decodable {
        let type: String
        let shape: [Int]
        let hex: String
    }

    /// Expected tensors by file, then by name.
    static func expectations() throws -> [String: [String: Expectation]] {
        let data = try Data(contentsOf: URL(fileURLWithPath: path("expected.json")))
        return try JSONDecoder().decode([String: [String: Expectation]].self, from: data)
    }
}

/// A file that exists while `body` runs.
func withFile<Result>(
    _ bytes: [UInt8], named name: String = "file", _ body: (String) throws -> Result
) throws -> Result {
    try withFolder([name: bytes]) { folder in try body("\(folder)/\(name)") }
}

/// A folder of files that exists while `body` runs.
func withFolder<Result>(_ files: [String: [UInt8]], _ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("quire-formats-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, bytes) in files { try Data(bytes).write(to: folder.appendingPathComponent(name)) }
    return try body(folder.path)
}

/// The message with which a file is refused, or nil where it opens.
func refusal(_ bytes: [UInt8], named name: String) throws -> String? {
    try withFile(bytes, named: name) { path in
        do {
            _ = try TensorFiles.open(path)
            return nil
        } catch let error as FormatError {
            return error.description
        }
    }
}

/// The message with which a checkpoint of several files is refused, or nil where it opens.
func checkpointRefusal(_ files: [String: [UInt8]]) throws -> String? {
    try withFolder(files) { folder in
        do {
            _ = try CheckpointFiles(directoryOrFile: folder)
            return nil
        } catch let error as FormatError {
            return error.description
        }
    }
}

func hex(_ bytes: MappedBytes) -> String {
    bytes.withUnsafeBytes { buffer in
        buffer.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }
}

func littleEndian<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { [UInt8]($0) }
}
