import Foundation
import Testing

@Suite("quire convert")
struct ConvertTests {
    @Test("a converted model says what the original says, and inspect shows its types")
    func converts() throws {
        let folder = TemporaryDirectory()
        let file = folder.url("tiny.gguf").path
        let done = try QuireProcess.run(["convert", "quire-tiny", file, "--quantization", "q8_0", "--threads", "2"])
        #expect(done.status == 0 && done.output.isEmpty && done.errors.contains("MiB of weights"), "\(done.errors)")
        // Progress is for terminals.
        #expect(!done.errors.contains("\r"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).contains("tiny.gguf"))
        let prompt = ["--prompt", "The capital of France is", "--temperature", "0"]
        let original = try QuireProcess.run(["generate"] + prompt)
        let converted = try QuireProcess.run(["generate", "--model", file] + prompt)
        #expect(converted.status == 0 && converted.output == original.output)
        let shown = try QuireProcess.run(["inspect", file]).output
        #expect(shown.contains("blk.3.attn_v.weight") && shown.contains("q8_0") && shown.contains("general.file_type"))
    }

    @Test("a file that is there is replaced only with --force, and a failure leaves it alone")
    func force() throws {
        let folder = TemporaryDirectory()
        let file = try folder.write("there.gguf", "something")
        let refused = try QuireProcess.run(["convert", "quire-tiny", file])
        #expect(refused.status == 64 && refused.errors.contains("--force"), "\(refused.errors)")
        let quantized = QuireProcess.fixture("llama-quants/q4_0/model.gguf")
        let failed = try QuireProcess.run(["convert", quantized, file, "--force"])
        #expect(failed.status == 64 && failed.errors.contains("quantised already"), "\(failed.errors)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "something")
        #expect(try QuireProcess.run(["convert", "quire-tiny", file, "--force"]).status == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)).starts(with: Data("GGUF".utf8)))
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(!left.contains { $0.contains("partial") })
    }

    @Test("types that do not fit the rows are said")
    func substitutes() throws {
        let folder = TemporaryDirectory()
        let done = try QuireProcess.run(
            ["convert", QuireProcess.tinyModel, folder.url("m.gguf").path, "--quantization", "q4_k"])
        #expect(done.status == 0 && done.errors.contains("do not divide into blocks"), "\(done.errors)")
        #expect(done.errors.contains("q8_0") || done.errors.contains("q5_0"), "\(done.errors)")
    }
}
