import Foundation
import QuireHub
import Testing

@Suite("Pulls at the same time")
struct ConcurrencyTests {
    private static let hash = TestHub.model["model.safetensors"]!.hash

    @Test("two pulls of one model fetch each file once")
    func twoPulls() async throws {
        let hub = TestHub.withModel()
        hub.fail(TestHub.Fault(method: .GET, path: Self.hash, action: .delay(milliseconds: 300)))
        try await hub.serve { endpoint in
            let folder = try TemporaryFolder()
            let (one, other) = (try Puller(endpoint, folder: folder), try Puller(endpoint, folder: folder))
            async let first = one.pull("org/tiny")
            async let second = other.pull("org/tiny")
            let pulls = try await [first, second]
            #expect(pulls[0].path == pulls[1].path)
            for file in ["config.json", "tokenizer.json", "model.safetensors"] {
                #expect(hub.downloads(of: file).count == 1, "\(file)")
                let fetchers = pulls.flatMap(\.files).count { $0.path == file && $0.isNew }
                #expect(fetchers == 1, "\(file)")
            }
            #expect(folder.bytes("models--org--tiny/blobs/\(Self.hash)") == TestHub.weights)
        }
    }

    @Test("a lock that another process holds is waited for, and what it fetched is taken")
    func otherProcess() async throws {
        let hub = TestHub.withModel()
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            let lock = ".locks/models--org--tiny/\(Self.hash).lock"
            try puller.folder.write(lock, [])
            let descriptor = open("\(puller.folder.path)/\(lock)", O_RDWR)
            try #require(descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
            async let pulled = puller.pull("org/tiny")
            // The small files are there before the weights are waited for.
            while puller.folder.names("models--org--tiny/blobs").count < 3 {
                try await Task.sleep(for: .milliseconds(5))
            }
            try await Task.sleep(for: .milliseconds(100))
            #expect(!puller.folder.exists("models--org--tiny/blobs/\(Self.hash).incomplete"))
            try puller.folder.write("models--org--tiny/blobs/\(Self.hash)", TestHub.weights)
            close(descriptor)
            #expect(try await pulled.files.last?.isNew == false)
            #expect(hub.downloads(of: "model.safetensors").isEmpty)
        }
    }

    @Test("a cancelled pull ends at once and keeps what it has")
    func cancellation() async throws {
        let hub = TestHub.withModel()
        hub.fail(TestHub.Fault(method: .GET, path: Self.hash, action: .delay(milliseconds: 5_000)))
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            let pull = Task { try await puller.pull("org/tiny") }
            while hub.downloads(of: "model.safetensors").isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            let start = ContinuousClock.now
            pull.cancel()
            await #expect(throws: (any Error).self) { try await pull.value }
            #expect(ContinuousClock.now - start < .seconds(3))
            #expect(puller.folder.exists("models--org--tiny/snapshots/\(TestHub.commit)/config.json"))
        }
    }

    @Test("more files than are fetched at once all arrive, in order")
    func many() async throws {
        let hub = TestHub()
        let files = (1...12).map { "a-\(String(repeating: "0", count: $0 < 10 ? 4 : 3))\($0)-of-00012.gguf" }
        hub.add("org/parts", Dictionary(uniqueKeysWithValues: files.map { ($0, TestHub.small($0)) }))
        try await hub.serve { endpoint in
            let pulled = try await Puller(endpoint).pull("org/parts:\(files[0])")
            #expect(pulled.files.map(\.path) == files)
        }
    }
}
