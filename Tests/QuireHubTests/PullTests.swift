import Foundation
import QuireHub
import Testing

@Suite("Pulling a model")
struct PullTests {
    private static let repository = "models--org--tiny"
    private static let snapshot = "\(repository)/snapshots/\(TestHub.commit)"

    @Test("the cache has the standard layout: blobs by hash, relative links, refs")
    func layout() async throws {
        try await TestHub.withModel().serve { endpoint in
            let puller = try Puller(endpoint)
            let pulled = try await puller.pull("org/tiny")
            #expect(pulled.path == "\(puller.folder.path)/\(Self.snapshot)")
            #expect(puller.folder.bytes("\(Self.repository)/refs/main") == Array(TestHub.commit.utf8))
            for (path, file) in TestHub.model where pulled.files.contains(where: { $0.path == path }) {
                #expect(puller.folder.bytes("\(Self.repository)/blobs/\(file.hash)") == file.bytes)
                let link = "\(puller.folder.path)/\(Self.snapshot)/\(path)"
                let up = String(repeating: "../", count: path.split(separator: "/").count + 1)
                let target = try FileManager.default.destinationOfSymbolicLink(atPath: link)
                #expect(target == "\(up)blobs/\(file.hash)")
                #expect(FileManager.default.contents(atPath: link).map(Array.init) == file.bytes)
            }
            #expect(puller.folder.names("\(Self.repository)/blobs").allSatisfy { !$0.hasSuffix(".incomplete") })
        }
    }

    @Test("only files that running the model takes are fetched, and safetensors before pickles")
    func selection() async throws {
        try await TestHub.withModel().serve { endpoint in
            let pulled = try await Puller(endpoint).pull("org/tiny")
            let names: Set = [
                "config.json", "tokenizer.json", "additional_chat_templates/tools.jinja", "model.safetensors",
            ]
            #expect(Set(pulled.files.map(\.path)) == names)
            #expect(pulled.files.map(\.path).last == "model.safetensors", "weights come last")
        }
    }

    @Test("of weights in several files the index is fetched, and the files that it names")
    func shards() async throws {
        let hub = TestHub()
        var files: [String: TestHub.File] = ["config.json": TestHub.small("{}")]
        for index in 1...6 {
            files["model-\(index).safetensors"] = TestHub.File(bytes: [UInt8(index)], isLarge: true)
        }
        files["model.safetensors.index.json"] = TestHub.small(
            #"{"weight_map": {"a": "model-1.safetensors", "b": "model-5.safetensors", "c": "model-1.safetensors"}}"#)
        hub.add("org/tiny", files)
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            let pulled = try await puller.pull("org/tiny")
            #expect(
                Set(pulled.files.map(\.path)) == [
                    "config.json", "model.safetensors.index.json", "model-1.safetensors", "model-5.safetensors",
                ])
            let reference = try HubReference("org/tiny")
            #expect(
                puller.hub.settings.cache.lookup(reference)
                    == .found(CachedModel(path: pulled.path, commit: pulled.commit)))
            try FileManager.default.removeItem(atPath: "\(pulled.path)/model-5.safetensors")
            #expect(puller.hub.settings.cache.lookup(reference) == .incomplete(missing: ["model-5.safetensors"]))
        }
    }

    @Test("where there are no safetensors the pickle is fetched")
    func pickle() async throws {
        let hub = TestHub()
        hub.add(
            "org/old",
            ["config.json": TestHub.small("{}"), "pytorch_model.bin": TestHub.File(bytes: [1], isLarge: true)])
        try await hub.serve { endpoint in
            let pulled = try await Puller(endpoint).pull("org/old")
            #expect(pulled.files.map(\.path) == ["config.json", "pytorch_model.bin"])
        }
    }

    @Test("of a GGUF reference that file alone is fetched, or all parts of a split one")
    func gguf() async throws {
        let hub = TestHub()
        var files: [String: TestHub.File] = [:]
        for name in ["a.gguf", "b.gguf", "q/c-00001-of-00002.gguf", "q/c-00002-of-00002.gguf", "config.json"] {
            files[name] = TestHub.File(bytes: Array(name.utf8), isLarge: true)
        }
        hub.add("org/quants", files)
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            let one = try await puller.pull("org/quants:b.gguf")
            #expect(one.files.map(\.path) == ["b.gguf"])
            #expect(FileManager.default.contents(atPath: one.path) == Data("b.gguf".utf8))
            let split = try await puller.pull("org/quants:q/c-00002-of-00002.gguf")
            #expect(split.files.map(\.path) == ["q/c-00001-of-00002.gguf", "q/c-00002-of-00002.gguf"])
            #expect(split.path.hasSuffix("/q/c-00001-of-00002.gguf"), "the first part is the one to open")
        }
    }

    @Test("what is there is not fetched again, and found without the hub")
    func again() async throws {
        let hub = TestHub.withModel()
        let folder = try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            let first = try await puller.pull("org/tiny")
            #expect(first.files.allSatisfy { $0.isNew })
            let second = try await puller.pull("org/tiny")
            #expect(second.files.allSatisfy { !$0.isNew })
            #expect(hub.downloads(of: "model.safetensors").count == 1)
            return puller.folder
        }
        let count = hub.requests.count
        let offline = try Puller(URL(string: "http://127.0.0.1:1")!, folder: folder)
        let path = try await offline.hub.path(of: HubReference("org/tiny"))
        #expect(path.hasSuffix(TestHub.commit))
        #expect(hub.requests.count == count)
    }

    @Test("tags, branches with slashes and commits name revisions; a commit needs no ref")
    func revisions() async throws {
        let hub = TestHub.withModel()
        let other = String(repeating: "2", count: 40)
        hub.tag("refs/pr/7", other)
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            #expect(try await puller.pull("org/tiny", revision: "refs/pr/7").commit == other)
            #expect(puller.folder.bytes("\(Self.repository)/refs/refs/pr/7") == Array(other.utf8))
            #expect(try await puller.pull("org/tiny", revision: TestHub.commit).commit == TestHub.commit)
            #expect(!puller.folder.exists("\(Self.repository)/refs/main"))
            #expect(hub.downloads(of: "model.safetensors").count == 1, "both commits share the blob")
            hub.tag("refs/pr/7", TestHub.commit)
            #expect(try await puller.pull("org/tiny", revision: "refs/pr/7").commit == TestHub.commit, "it has moved")
            #expect(puller.folder.bytes("\(Self.repository)/refs/refs/pr/7") == Array(TestHub.commit.utf8))
        }
    }

    @Test("the token goes to the hub and not to the host of large files")
    func token() async throws {
        let hub = TestHub.withModel()
        try await hub.serve { endpoint in
            _ = try await Puller(endpoint, token: TestHub.token).pull("org/tiny")
        }
        let (content, own) = (hub.requests.filter(\.isOfContentHost), hub.requests.filter { !$0.isOfContentHost })
        #expect(!content.isEmpty && content.allSatisfy { $0.authorization == nil })
        #expect(own.allSatisfy { $0.authorization == "Bearer \(TestHub.token)" })
    }

    @Test("progress ends with all bytes and files")
    func progress() async throws {
        try await TestHub.withModel().serve { endpoint in
            let puller = try Puller(endpoint)
            let (stream, continuation) = AsyncStream.makeStream(of: PullProgress.self)
            let pulled = try await puller.hub.pull(HubReference("org/tiny")) { continuation.yield($0) }
            continuation.finish()
            var last = PullProgress()
            for await progress in stream {
                #expect(progress.bytes >= last.bytes && progress.bytes <= progress.totalBytes)
                last = progress
            }
            #expect(last.bytes == pulled.files.reduce(0) { $0 + $1.size } && last.bytes == last.totalBytes)
            #expect(last.files == 4 && last.totalFiles == 4)
        }
    }
}
