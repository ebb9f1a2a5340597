import Foundation
import QuireHub
import Testing

@Suite("The local cache")
struct CacheTests {
    private let folder: TemporaryFolder
    private var cache: HubCache { HubCache(root: folder.path) }

    init() throws { folder = try TemporaryFolder() }

    /// Puts files of a commit where Hugging Face's programs put them, as links to blobs.
    private func add(_ repository: String, commit: String, ref: String? = nil, _ files: [String: String]) throws {
        let base = "models--" + repository.replacing("/", with: "--")
        for (path, text) in files {
            let blob = "\(base)/blobs/\(text)"
            try folder.write(blob, Array(text.utf8))
            let link = URL(fileURLWithPath: "\(folder.path)/\(base)/snapshots/\(commit)/\(path)")
            try FileManager.default.createDirectory(
                at: link.deletingLastPathComponent(), withIntermediateDirectories: true)
            let up = String(repeating: "../", count: path.split(separator: "/").count + 1)
            try FileManager.default.createSymbolicLink(
                atPath: link.path, withDestinationPath: "\(up)blobs/\(text)")
        }
        if let ref { try folder.write("\(base)/refs/\(ref)", Array(commit.utf8)) }
    }

    @Test("a model is found when its weights are there")
    func lookup() throws {
        let reference = try HubReference("org/m")
        #expect(cache.lookup(reference) == .incomplete(missing: []))
        try add("org/m", commit: "abc", ref: "main", ["config.json": "c"])
        #expect(cache.lookup(reference) == .incomplete(missing: ["model.safetensors"]))
        try add("org/m", commit: "abc", ["pytorch_model.bin": "w"])
        let path = "\(folder.path)/models--org--m/snapshots/abc"
        #expect(cache.lookup(reference) == .found(CachedModel(path: path, commit: "abc")))
        #expect(try cache.lookup(HubReference("org/m", revision: "v2")) == .incomplete(missing: []))
        try FileManager.default.removeItem(atPath: "\(folder.path)/models--org--m/blobs/w")
        #expect(cache.lookup(reference) == .incomplete(missing: ["model.safetensors"]), "a broken link is no file")
    }

    @Test("a GGUF file is found with all of its parts")
    func gguf() throws {
        try add("org/q", commit: "abc", ref: "main", ["q-00001-of-00002.gguf": "a", "one.gguf": "b"])
        let one = try cache.lookup(HubReference("org/q:one.gguf"))
        #expect(one == .found(CachedModel(path: "\(folder.path)/models--org--q/snapshots/abc/one.gguf", commit: "abc")))
        let split = try cache.lookup(HubReference("org/q:q-00001-of-00002.gguf"))
        #expect(split == .incomplete(missing: ["q-00002-of-00002.gguf"]))
    }

    @Test("a ref that leads out of the cache means nothing", arguments: ["../../../etc", "/etc", "", "main", "abc/.."])
    func brokenRef(text: String) throws {
        try add("org/m", commit: "abc", ["config.json": "c", "model.safetensors": "w"])
        try folder.write("models--org--m/refs/main", Array(text.utf8))
        #expect(try cache.lookup(HubReference("org/m")) == .incomplete(missing: []))
    }

    @Test("what is there is listed, whatever else lies in the folder")
    func contents() throws {
        #expect(try HubCache(root: folder.path + "/none").contents().isEmpty)
        try add("org/b", commit: "abc", ref: "main", ["config.json": "c1", "x/model.safetensors": "weights"])
        try add("org/b", commit: "def", ref: "refs/pr/1", ["config.json": "c2", "x/model.safetensors": "weights"])
        try folder.write("models--org--b/blobs/half.incomplete", [1, 2, 3])
        try add("a", commit: "abc", ["config.json": "c"])
        try folder.write("datasets--org--d/refs/main", [1])
        try folder.write("models--..--evil/refs/main", [1])
        let contents = try cache.contents()
        #expect(contents.map(\.repository.description) == ["a", "org/b"])
        #expect(contents[1].size == 2 + 2 + 7, "a shared content counts once")
        #expect(contents[1].partialSize == 3)
        #expect(contents[1].snapshots.map(\.commit) == ["abc", "def"])
        #expect(contents[1].snapshots.map(\.revisions) == [["main"], ["refs/pr/1"]])
        #expect(contents[1].snapshots[0].files == ["config.json", "x/model.safetensors"])
    }

    @Test("removing a revision keeps what another one shows")
    func removeRevision() throws {
        try add("org/m", commit: "abc", ref: "main", ["config.json": "old", "model.safetensors": "weights"])
        try add("org/m", commit: "def", ref: "v2", ["config.json": "new", "model.safetensors": "weights"])
        let id = try RepositoryID("org/m")
        #expect(try cache.remove(id, revision: HubRevision("main")) == 3)
        #expect(folder.names("models--org--m/blobs") == ["new", "weights"])
        #expect(folder.names("models--org--m/refs") == ["v2"])
        #expect(throws: HubError.self) { try cache.remove(id, revision: .main) }
    }

    @Test("removing a file keeps the others, and with the last one the repository goes")
    func removeFiles() throws {
        try add("org/q", commit: "abc", ref: "main", ["a.gguf": "aaaa", "b.gguf": "bb"])
        try add("org/other", commit: "abc", ref: "main", ["a.gguf": "aaaa"])
        let id = try RepositoryID("org/q")
        #expect(try cache.remove(id, file: RepositoryPath("a.gguf")) == 4)
        #expect(throws: HubError.self) { try cache.remove(id, file: RepositoryPath("a.gguf")) }
        #expect(try cache.lookup(HubReference("org/q:b.gguf")) != .incomplete(missing: ["b.gguf"]))
        #expect(try cache.remove(id, file: RepositoryPath("b.gguf")) == 2)
        #expect(folder.names("") == ["models--org--other"])
        #expect(throws: HubError.self) { try cache.remove(id) }
        #expect(try cache.remove(RepositoryID("org/other")) == 4)
        #expect(folder.names("").isEmpty)
    }
}
