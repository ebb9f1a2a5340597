import Foundation
import QuireFormats
import Testing

/// Real files that the project does not ship: `QUIRE_CONFORMANCE_DATA`, or a folder beside the repository.
@Suite("conformance with real GGUF files")
struct ConformanceTests {
    static let folder =
        ProcessInfo.processInfo.environment["QUIRE_CONFORMANCE_DATA"].map { URL(fileURLWithPath: $0) }
        ?? Fixture.repository.deletingLastPathComponent().appendingPathComponent("shared/data")

    static let paths = ["vocab", "stories260K"].flatMap { name in
        let directory = folder.appendingPathComponent(name)
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        return files.filter { $0.hasSuffix(".gguf") }.sorted().map { directory.appendingPathComponent($0).path }
    }

    @Test(
        "every file opens, and its vocabulary has a score or a type per token",
        .enabled(if: !paths.isEmpty, "skipped: no conformance data"))
    func opens() throws {
        for path in Self.paths {
            let file = try GGUFFile(path: path)
            let tokens = try #require(file.metadata["tokenizer.ggml.tokens"]?.strings, "\(path)")
            let types = try #require(file.metadata["tokenizer.ggml.token_type"]?.integers, "\(path)")
            #expect(tokens.count == types.count)
            #expect(!tokens.isEmpty)
            if let scores = file.metadata["tokenizer.ggml.scores"] {
                #expect(scores.numbers?.count == tokens.count)
            }
            for tensor in file.tensors { #expect(tensor.type.byteCount(shape: tensor.shape) == tensor.bytes.count) }
        }
    }

    @Test(
        "the trained model has its embedding outermost first",
        .enabled(if: paths.contains { $0.contains("stories260K") }, "skipped: no conformance data"))
    func stories() throws {
        let path = try #require(Self.paths.first { $0.contains("stories260K") })
        let checkpoint = try CheckpointFiles(directoryOrFile: path)
        #expect(checkpoint.entry(named: "token_embd.weight")?.shape == [512, 64])
        #expect(checkpoint.entry(named: "blk.0.attn_k.weight")?.shape == [32, 64])
    }
}
