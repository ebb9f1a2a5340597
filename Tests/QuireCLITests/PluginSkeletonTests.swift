import Foundation
import Testing

@Suite("What `quire plugins new` writes")
struct PluginSkeletonTests {
    /// The skeleton's own files, compiled as its Makefile does, but against the modules of this build.
    private func build(_ kind: String, _ directory: TemporaryDirectory) throws -> String {
        let folder = directory.url("package").path
        let outcome = try QuireProcess.run([
            "plugins", "new", "--kind", kind, "--name", "MyPart", "--output", folder, "--quire",
            QuireProcess.root,
        ])
        #expect(outcome.status == 0, "\(outcome.errors)")
        for file in ["Package.swift", "Makefile", ".gitignore"] {
            #expect(FileManager.default.fileExists(atPath: "\(folder)/\(file)"))
        }
        var sources: [String: String] = [:]
        for path in ["MyPart/MyPart.swift", "MyPart/MyPartPlugin.swift", "MyPartLibrary/EntryPoint.swift"] {
            let text = try String(contentsOfFile: "\(folder)/Sources/\(path)", encoding: .utf8)
            // Both targets are one module here.
            sources[path.replacing("/", with: "-")] = text.replacing("import MyPart\n", with: "")
        }
        return try PluginLibrary.swift(directory, module: "MyPart", sources)
    }

    @Test(
        "compiles, and passes the suite of its kind",
        arguments: ["attention-backend", "matmul-backend", "sampler", "logits-processor", "decoding-strategy"])
    func passes(kind: String) throws {
        let directory = TemporaryDirectory()
        let wake = kind == "logits-processor" ? ["--extra-args", "my_part=1.5"] : []
        let outcome = try QuireProcess.run(["plugins", "verify", try build(kind, directory)] + wake)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("my\(kind == "logits-processor" ? "_" : "-")part: ok"), "\(outcome.output)")
    }

    @Test("as an architecture says what transformers says, once there is something to compare with")
    func architecture() throws {
        let directory = TemporaryDirectory()
        let library = try build("architecture", directory)
        let alone = try QuireProcess.run(["plugins", "verify", library])
        #expect(alone.status == 64 && alone.output.contains("not checked: needs --golden DIR"))

        let golden = try goldenFolder(directory)
        let verify = ["plugins", "verify", library, "--golden", golden]
        let outcome = try QuireProcess.run(verify)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("MyPartForCausalLM: ok: 1 model file"), "\(outcome.output)")

        let expected = URL(fileURLWithPath: golden + "/expected.json")
        let right = try String(contentsOf: expected, encoding: .utf8)
        try right.replacing("\"token_ids\":[28,", with: "\"token_ids\":[27,").write(
            to: expected, atomically: true, encoding: .utf8)
        let wrong = try QuireProcess.run(verify)
        #expect(wrong.status == 70 && wrong.output.contains("token 0 is 28, expected 27"), "\(wrong.output)")
        try "[]".write(to: expected, atomically: true, encoding: .utf8)
        #expect(try QuireProcess.run(verify).output.contains("has no case"))
    }

    /// A model of the tests' own under the skeleton's name, with transformers' continuations.
    private func goldenFolder(_ directory: TemporaryDirectory) throws -> String {
        let fixture = QuireProcess.tinyModel
        let config = try String(contentsOfFile: fixture + "/config.json", encoding: .utf8)
        _ = try directory.write("config.json", config.replacing("LlamaForCausalLM", with: "MyPartForCausalLM"))
        try FileManager.default.copyItem(
            atPath: fixture + "/model.safetensors", toPath: directory.url("model.safetensors").path)
        let data = try Data(contentsOf: URL(fileURLWithPath: fixture + "/golden.json"))
        let golden = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let cases = try #require(golden["cases"] as? [[String: Any]]).enumerated().map { index, one in
            ["prompt": "prompt \(index)"].merging(
                one.filter { ["prompt_token_ids", "token_ids", "logprobs", "margins"].contains($0.key) }
            ) { $1 }
        }
        try JSONSerialization.data(withJSONObject: cases).write(to: directory.url("expected.json"))
        return directory.path
    }

    @Test("is not written over something, for a name that is none, or without a checkout")
    func refusals() throws {
        let directory = TemporaryDirectory()
        let new = ["plugins", "new", "--kind", "sampler", "--quire", QuireProcess.root]
        let there = try QuireProcess.run(new + ["--name", "Mine", "--output", directory.path])
        #expect(there.status == 64 && there.errors.contains("which exists"))
        for name in ["mine", "My Part", "../Mine", ""] {
            let outcome = try QuireProcess.run(new + ["--name", name, "--output", directory.path + "/new"])
            #expect(outcome.status == 64 && outcome.errors.contains("--name"), "\(outcome.errors)")
        }
        let nowhere = try QuireProcess.run([
            "plugins", "new", "--kind", "sampler", "--name", "Mine", "--output", directory.path + "/new", "--quire",
            directory.path,
        ])
        #expect(nowhere.status == 64 && nowhere.errors.contains("expected a folder with a checkout of Quire"))
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/new"))
    }
}
