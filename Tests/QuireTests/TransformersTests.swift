import Foundation
import Quire
import QuireCore
import Testing

/// Tiny random checkpoints of every family, made on the spot by transformers, and what it says with them; and the same as
/// GGUF files where llama.cpp knows the family.
@Suite("Every family says what transformers says with weights that were never seen", .serialized)
struct TransformersTests {
    private static let python = ProcessInfo.processInfo.environment["QUIRE_PYTHON"] ?? "python3"
    private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Tools/architectures").path

    private static let isThere = (try? run(["-c", "import torch, transformers, safetensors, gguf"])) == 0

    @Test(
        "prompts of 1 to 300 tokens, alone, in chunks and together, on every backend, from both formats",
        .enabled(if: isThere, "skipped: no torch, transformers, safetensors and gguf in QUIRE_PYTHON"))
    func families() throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "quire-families-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        #expect(try Self.run(["\(Self.scripts)/make_random.py", directory.path]) == 0)
        let index = try Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/index.json"))
        let names = try JSONDecoder().decode([String].self, from: index)
        #expect(names.count > 30)
        let registry = try DefaultPlugins.registry()
        var numTwins = 0
        for name in names {
            let folder = "\(directory.path)/\(name)"
            // The script refuses what GGUF cannot say, and then there is no file.
            if try Self.run(["\(Self.scripts)/make_gguf.py", folder, "\(folder)/\(name).gguf"]) == 0 { numTwins += 1 }
            let results = try ArchitectureConformance(
                folder: folder, names: registry.architectures.names, registry: registry
            ).run()
            #expect(!results.isEmpty)
            for result in results {
                #expect(
                    result.problem == nil && result.objection == nil,
                    "\(result.model) on \(result.attention), \(result.matmul): \(result.problem ?? result.objection ?? "")"
                )
            }
        }
        #expect(numTwins > 25)
    }

    /// The exit status of a Python script.
    private static func run(_ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
