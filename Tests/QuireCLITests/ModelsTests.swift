import Foundation
import Testing

@Suite("quire models")
struct ModelsTests {
    private let directory = TemporaryDirectory()
    private let commit = String(repeating: "a", count: 40)
    /// Nobody listens there: what asks the hub fails.
    private var environment: [String: String] {
        ["HF_HOME": directory.path, "HF_ENDPOINT": "http://127.0.0.1:1", "HF_HUB_OFFLINE": "0"]
    }
    private var snapshot: String { "\(directory.path)/hub/models--org--tiny/snapshots/\(commit)" }

    init() throws {
        let files = FileManager.default
        let repository = "\(directory.path)/hub/models--org--tiny"
        for folder in ["refs", "blobs", "snapshots/\(commit)"] {
            try files.createDirectory(atPath: "\(repository)/\(folder)", withIntermediateDirectories: true)
        }
        for name in ["config.json", "model.safetensors"] {
            try files.copyItem(atPath: "\(QuireProcess.tinyModel)/\(name)", toPath: "\(repository)/blobs/\(name)")
            try files.createSymbolicLink(
                atPath: "\(snapshot)/\(name)", withDestinationPath: "../../blobs/\(name)")
        }
        _ = try directory.write("hub/models--org--tiny/refs/v1", commit)
    }

    private func run(_ arguments: String...) throws -> QuireProcess.Outcome {
        try QuireProcess.run(["models"] + arguments, environment: environment)
    }

    @Test("list shows what is there, for people and for programs")
    func list() throws {
        let text = try run("list")
        #expect(text.status == 0 && text.output.contains("org/tiny") && text.output.contains("v1"), "\(text.errors)")
        let json = try run("list", "--format", "json")
        let parsed = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
        let found = try #require(parsed?.first)
        #expect(found["repository"] as? String == "org/tiny")
        let snapshots = found["snapshots"] as? [[String: Any]]
        #expect(snapshots?.first?["files"] as? [String] == ["config.json", "model.safetensors"])
        #expect(snapshots?.first?["revisions"] as? [String] == ["v1"])
    }

    @Test("path prints the folder of a revision, and downloads nothing")
    func path() throws {
        #expect(try run("path", "org/tiny", "--revision", "v1").output == snapshot + "\n")
        #expect(try run("path", "org/tiny", "--revision", commit).output == snapshot + "\n")
        let missing = try run("path", "org/tiny")
        #expect(missing.status == 69 && missing.output.isEmpty && missing.errors.contains("models--org--tiny"))
    }

    @Test("rm removes a model, and says so when there is none")
    func remove() throws {
        let outcome = try run("rm", "org/tiny")
        #expect(outcome.status == 0 && outcome.errors.contains("org/tiny"), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(directory.path)/hub/models--org--tiny"))
        #expect(try run("rm", "org/tiny").status == 69)
    }

    @Test("a revision of a hub id runs from the cache")
    func revision() throws {
        let arguments = ["--prompt-token-ids", "1 2", "--temperature", "0"]
        let cached = try QuireProcess.run(
            ["generate", "--model", "org/tiny", "--revision", "v1"] + arguments, environment: environment)
        let direct = try QuireProcess.run(["generate", "--model", QuireProcess.tinyModel] + arguments)
        #expect(cached.status == 0 && cached.output == direct.output, "\(cached.errors)")
        let local = try QuireProcess.run(
            ["generate", "--model", QuireProcess.tinyModel, "--revision", "v1"] + arguments, environment: environment)
        #expect(local.status == 64 && local.errors.contains("revision"), "\(local.errors)")
    }

    @Test("wrong names are wrong usage, and a hub that is not there is unavailable")
    func errors() throws {
        for name in ["../etc", "a/b/c", "org/tiny:../x.gguf", "org/tiny:model.safetensors"] {
            #expect(try run("pull", name).status == 64, "\(name)")
        }
        let unreachable = try run("pull", "org/tiny")
        #expect(unreachable.status == 69 && unreachable.errors.contains("http://127.0.0.1:1"), "\(unreachable.errors)")
        let offline = try QuireProcess.run(
            ["models", "pull", "org/tiny"], environment: environment.merging(["HF_HUB_OFFLINE": "1"]) { $1 })
        #expect(offline.status == 69 && offline.errors.contains("HF_HUB_OFFLINE"), "\(offline.errors)")
    }
}
