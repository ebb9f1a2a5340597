import Foundation
import Quire
import QuireHub
import Testing

@Suite("A model's name becomes a place")
struct LoadingTests {
    private func environment(_ endpoint: URL, _ folder: TemporaryFolder) -> [String: String] {
        ["HF_ENDPOINT": endpoint.absoluteString, "HF_HOME": folder.path]
    }

    @Test("a hub id is downloaded once, and then found in the cache")
    func download() async throws {
        let hub = TestHub.withModel()
        try await hub.serve { endpoint in
            let folder = try TemporaryFolder()
            let first = try ModelLocation(finding: "org/tiny", environment: environment(endpoint, folder))
            #expect(first == .directory("\(folder.path)/hub/models--org--tiny/snapshots/\(TestHub.commit)"))
            let count = hub.requests.count
            let second = try ModelLocation(finding: "org/tiny", environment: environment(endpoint, folder))
            #expect(second == first && hub.requests.count == count)
        }
    }

    @Test("a file of a hub id is a GGUF model, and a revision is asked for by name")
    func file() async throws {
        let hub = TestHub()
        hub.add("org/quants", ["q.gguf": TestHub.small("q")])
        hub.tag("v2", String(repeating: "2", count: 40))
        try await hub.serve { endpoint in
            let folder = try TemporaryFolder()
            let location = try ModelLocation(
                finding: "org/quants:q.gguf", revision: "v2", environment: environment(endpoint, folder))
            guard case .gguf(let path) = location else {
                Issue.record("\(location)")
                return
            }
            #expect(path.hasSuffix("/snapshots/\(String(repeating: "2", count: 40))/q.gguf"))
        }
    }

    @Test("a folder of that name wins, and has no revisions")
    func folderWins() throws {
        let folder = try TemporaryFolder()
        try folder.write("config.json", Array("{}".utf8))
        let name = folder.path
        #expect(try ModelLocation(finding: name, environment: [:]) == .directory(name))
        #expect(throws: OptionError.self) { try ModelLocation(finding: name, revision: "v2", environment: [:]) }
        #expect(throws: OptionError.self) { try ModelLocation(finding: nil, revision: "v2", environment: [:]) }
    }

    @Test(
        "what is no hub id is not asked for at the hub",
        arguments: ["./a/b", "/a/b", "~/a", "a/b/c", "models/a.gguf", "mispelt-entry", "a/"])
    func noHubID(name: String) async throws {
        let hub = TestHub.withModel()
        try await hub.serve { endpoint in
            let folder = try TemporaryFolder()
            let error = #expect(throws: ModelError.self) {
                try ModelLocation(finding: name, environment: environment(endpoint, folder))
            }
            #expect(error?.description.contains("quire-tiny") == true, "the zoo's entries are alternatives")
            #expect(hub.requests.isEmpty)
        }
    }

    @Test("for a tokenizer no weights are downloaded")
    func tokenizer() async throws {
        let hub = TestHub.withModel()
        try await hub.serve { endpoint in
            let folder = try TemporaryFolder()
            let environment = environment(endpoint, folder)
            let first = try ModelLocation(finding: "org/tiny", parts: .withoutWeights, environment: environment)
            let count = hub.requests.count
            #expect(try ModelLocation(finding: "org/tiny", parts: .withoutWeights, environment: environment) == first)
            #expect(hub.requests.count == count && hub.downloads(of: "model.safetensors").isEmpty)
            #expect(try ModelLocation(finding: "org/tiny", environment: environment) == first)
            #expect(hub.downloads(of: "model.safetensors").count == 1, "the whole model is more than its tokenizer")
        }
    }

    @Test("a name that neither the machine nor the hub knows says where it was looked for")
    func unknown() async throws {
        try await TestHub.withModel().serve { endpoint in
            let folder = try TemporaryFolder()
            let error = #expect(throws: ModelError.self) {
                try ModelLocation(finding: "models/llama", environment: environment(endpoint, folder))
            }
            for place in ["the path models/llama", "zoo", "models--models--llama", endpoint.absoluteString] {
                #expect(error?.description.contains(place) == true, "\(place)")
            }
        }
    }

    @Test("a file that is no GGUF file is named")
    func wrongFile() throws {
        let error = #expect(throws: HubError.self) {
            try ModelLocation(finding: "org/tiny:model.safetensors", environment: [:])
        }
        #expect(error?.description.contains("model.safetensors") == true)
        #expect(error?.kind == .usage)
    }

    @Test("offline, what is missing is said, and where it was looked for")
    func offline() throws {
        let folder = try TemporaryFolder()
        try folder.write("hub/models--org--m/refs/main", Array("abc".utf8))
        try folder.write("hub/models--org--m/snapshots/abc/config.json", Array("{}".utf8))
        let error = #expect(throws: HubError.self) {
            try ModelLocation(
                finding: "org/m", environment: ["HF_HOME": folder.path, "HF_HUB_OFFLINE": "1"])
        }
        #expect(error?.kind == .unavailable)
        #expect(error?.description.contains("model.safetensors") == true)
        #expect(error?.description.contains("models--org--m") == true)
    }

    @Test("many may wait for the hub at once, however few threads Swift has")
    func manyWait() async throws {
        let hub = TestHub.withModel()
        try await hub.serve { endpoint in
            let folder = try TemporaryFolder()
            let environment = environment(endpoint, folder)
            try await withThrowingTaskGroup(of: ModelLocation.self) { group in
                for _ in 0..<16 {
                    group.addTask { try ModelLocation(finding: "org/tiny", environment: environment) }
                }
                for try await location in group { #expect(location.path.hasSuffix(TestHub.commit)) }
            }
        }
    }
}
