import Foundation
import QuireHub
import Testing

@Suite("A hub that means harm")
struct UntrustedHubTests {
    private static let evil = [
        "../../../evil", "/etc/evil", "a/../../evil", "evil\u{0}x", "config.json/../../../evil", "",
    ]

    /// Everything that lies outside of the repository's and the locks' folders.
    private func strays(_ folder: TemporaryFolder) -> [String] {
        folder.names("").filter { $0 != ".locks" && !$0.hasPrefix("models--org--") }
    }

    @Test("listed paths that lead elsewhere are passed over")
    func listing() async throws {
        let hub = TestHub.withModel()
        hub.list(Self.evil)
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            let pulled = try await puller.pull("org/tiny")
            #expect(pulled.files.count == 4)
            #expect(strays(puller.folder).isEmpty)
        }
    }

    @Test("an index that names a path elsewhere ends the pull", arguments: evil)
    func index(path: String) async throws {
        let hub = TestHub()
        let index = try JSONSerialization.data(withJSONObject: ["weight_map": ["w": path]])
        hub.add(
            "org/evil",
            [
                "config.json": TestHub.small("{}"),
                "model.safetensors.index.json": TestHub.File(bytes: Array(index), isLarge: false),
            ])
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            let error = await #expect(throws: HubError.self) { try await puller.pull("org/evil") }
            #expect(error == .unsafePath(repository: "org/evil", path: path))
            #expect(strays(puller.folder).isEmpty)
        }
    }

    @Test("a hash that is a path is no name of a blob", arguments: ["../../evil", "/etc/evil", ".hidden", ""])
    func tag(_ tag: String) async throws {
        let hub = TestHub.withModel()
        hub.fail(
            TestHub.Fault(
                method: .HEAD, path: "/config.json",
                action: .status(.found, headers: ["X-Linked-Etag": "\"\(tag)\"", "X-Linked-Size": "3"])))
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            await #expect(throws: HubError.self) { try await puller.pull("org/tiny") }
            #expect(strays(puller.folder).isEmpty)
        }
    }

    @Test("a commit that is none is refused", arguments: ["../../evil", "main", ""])
    func commit(_ commit: String) async throws {
        let hub = TestHub.withModel()
        hub.tag("main", commit)
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            await #expect(throws: HubError.self) { try await puller.pull("org/tiny") }
            #expect(puller.folder.names("").isEmpty)
        }
    }

    @Test(
        "redirects without end, or to what is no web address, end the pull",
        arguments: ["/loop", "file:///etc/passwd", "", "http://"])
    func redirect(_ location: String) async throws {
        let hub = TestHub.withModel()
        hub.fail(
            TestHub.Fault(method: .GET, path: "/", times: 100, action: .status(.found, headers: ["Location": location]))
        )
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            await #expect(throws: HubError.self) { try await puller.pull("org/tiny") }
            #expect(hub.requests.count <= 12)
        }
    }

    @Test("a listing that is no JSON is refused")
    func json() async throws {
        let hub = TestHub.withModel()
        hub.fail(TestHub.Fault(method: .GET, path: "/api/", action: .damage))
        hub.fail(TestHub.Fault(method: .GET, path: "/api/", action: .status(.ok)))
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            for _ in 0..<2 { _ = try? await puller.pull("org/tiny") }
            #expect(strays(puller.folder).isEmpty)
        }
    }
}
