import Foundation
import NIOHTTP1
import QuireHub
import Testing

@Suite("A hub that fails")
struct FailureTests {
    private static let hash = TestHub.model["model.safetensors"]!.hash
    private static let blob = "models--org--tiny/blobs/\(hash)"

    /// The error of a pull, and the hub that it was from.
    private func failure(
        of model: String = "org/tiny", revision: String? = nil, token: String? = nil, _ fault: TestHub.Fault? = nil
    ) async throws -> HubError? {
        let hub = TestHub.withModel()
        if let fault { hub.fail(fault) }
        return try await hub.serve { endpoint in
            let puller = try Puller(endpoint, token: token)
            return await #expect(throws: HubError.self) { try await puller.pull(model, revision: revision) }
        }
    }

    @Test("an unknown repository may be a private one")
    func repository() async throws {
        let error = try await failure(of: "org/none")
        guard case .repositoryNotFound("org/none", _, hasToken: false) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(error?.description.contains("HF_TOKEN") == true)
    }

    @Test("an unknown revision is named")
    func revision() async throws {
        #expect(
            try await failure(revision: "v9") == .revisionNotFound(repository: "org/tiny", revision: "v9"))
    }

    @Test("an unknown file is named, with those that there are")
    func file() async throws {
        let hub = TestHub()
        hub.add("org/quants", ["a.gguf": TestHub.small("a"), "b.gguf": TestHub.small("b")])
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            let error = await #expect(throws: HubError.self) { try await puller.pull("org/quants:c.gguf") }
            #expect(
                error
                    == .fileNotFound(
                        repository: "org/quants", revision: "main", file: "c.gguf", known: ["a.gguf", "b.gguf"]))
            let noModel = await #expect(throws: HubError.self) { try await puller.pull("org/quants") }
            #expect(noModel?.description.contains("org/quants:a.gguf") == true, "says how to name one")
        }
    }

    @Test("a wrong token, and terms that were not accepted, say what to do")
    func refusals() async throws {
        let invalid = TestHub.Fault(
            method: .GET, path: "/api/",
            action: .status(.unauthorized, headers: ["X-Error-Message": "Invalid credentials in Authorization header"]))
        let token = try await failure(token: TestHub.token, invalid)
        #expect(token?.description.contains("token") == true && token?.description.contains(TestHub.token) == false)
        let gated = TestHub.Fault(
            method: .HEAD, path: "/model.safetensors",
            action: .status(.forbidden, headers: ["X-Error-Code": "GatedRepo"]))
        let error = try await failure(gated)
        #expect(error?.description.contains("accept its terms at http://127.0.0.1") == true)
    }

    @Test("429 is waited for as long as the hub asks, 5xx a little", arguments: [429, 500, 503])
    func busy(status: Int) async throws {
        let hub = TestHub.withModel()
        let status = HTTPResponseStatus(statusCode: status)
        hub.fail(
            TestHub.Fault(method: .GET, path: "/api/", times: 2, action: .status(status, headers: ["Retry-After": "0"]))
        )
        hub.fail(TestHub.Fault(method: .HEAD, path: "/config.json", action: .status(status)))
        hub.fail(TestHub.Fault(method: .GET, path: "/model.safetensors", action: .status(status)))
        try await hub.serve { endpoint in
            let pulled = try await Puller(endpoint).pull("org/tiny")
            #expect(pulled.files.count == 4)
        }
    }

    @Test("who is refused again and again gives up, and one who is asked to wait for hours at once")
    func limits() async throws {
        let short = TestHub.Fault(method: .GET, path: "/api/", times: 100, action: .status(.tooManyRequests))
        guard case .rateLimited(_, nil) = try await failure(short) else {
            Issue.record("expected rateLimited")
            return
        }
        let long = TestHub.Fault(
            method: .GET, path: "/api/", times: 100, action: .status(.tooManyRequests, headers: ["Retry-After": "7200"])
        )
        let error = try await failure(long)
        #expect(error?.description.contains("7200 seconds") == true)
    }

    @Test("a connection that is cut goes on where it ended")
    func cut() async throws {
        let hub = TestHub.withModel()
        // More often than attempts in a row are made: each of these brings something.
        hub.fail(TestHub.Fault(method: .GET, path: Self.hash, times: 8, action: .cut(after: 10_000)))
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            _ = try await puller.pull("org/tiny")
            #expect(puller.folder.bytes(Self.blob) == TestHub.weights)
        }
        let ranges = hub.requests.filter { $0.isOfContentHost }.map(\.range)
        let starts = ranges.map { $0.flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } ?? 0 }
        #expect(starts.count == 9 && starts == starts.sorted() && starts[8] > 0, "\(starts)")
    }

    @Test("a listing that is cut is asked for again")
    func cutListing() async throws {
        let hub = TestHub.withModel()
        hub.fail(TestHub.Fault(method: .GET, path: "/api/", action: .cut(after: 20)))
        try await hub.serve { endpoint in _ = try await Puller(endpoint).pull("org/tiny") }
    }

    @Test("an interrupted pull leaves what it has, and the next one fetches the rest")
    func resume() async throws {
        let hub = TestHub.withModel()
        hub.fail(TestHub.Fault(method: .GET, path: Self.hash, action: .cut(after: 100_000)))
        hub.fail(TestHub.Fault(method: .GET, path: Self.hash, action: .status(.notFound)))
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            await #expect(throws: HubError.self) { try await puller.pull("org/tiny") }
            // Bytes that were not read when the connection broke are lost with it.
            let count = try #require(puller.folder.bytes(Self.blob + ".incomplete")?.count)
            #expect((1...100_000).contains(count))
            #expect(!puller.folder.exists("models--org--tiny/refs/main"), "nothing is called main before it is whole")
            _ = try await puller.pull("org/tiny")
            #expect(puller.folder.bytes(Self.blob) == TestHub.weights)
            #expect(hub.requests.last { $0.isOfContentHost }?.range == "bytes=\(count)-")
        }
    }

    @Test("a server that knows no ranges sends all of it again")
    func noRanges() async throws {
        let hub = TestHub.withModel()
        hub.fail(TestHub.Fault(method: .GET, path: Self.hash, action: .cut(after: 100_000)))
        hub.fail(TestHub.Fault(method: .GET, path: Self.hash, action: .ignoreRange))
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            _ = try await puller.pull("org/tiny")
            #expect(puller.folder.bytes(Self.blob) == TestHub.weights)
        }
    }

    @Test(
        "damaged bytes are an error and do not stay, whichever hash the hub names them by",
        arguments: [hash, "config.json"])
    func damage(path: String) async throws {
        let hub = TestHub.withModel()
        hub.fail(TestHub.Fault(method: .GET, path: path, action: .damage))
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            let error = await #expect(throws: HubError.self) { try await puller.pull("org/tiny") }
            guard case .corrupt = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            let blobs = puller.folder.names("models--org--tiny/blobs")
            #expect(blobs.allSatisfy { !$0.hasSuffix(".incomplete") })
            _ = try await puller.pull("org/tiny")
            #expect(puller.folder.bytes(Self.blob) == TestHub.weights)
        }
    }

    @Test("wrong bytes that an earlier pull left are fetched again")
    func wrongLeftover() async throws {
        let hub = TestHub.withModel()
        try await hub.serve { endpoint in
            for leftover in [[UInt8](repeating: 7, count: 1_000), [UInt8](repeating: 7, count: 400_000)] {
                let puller = try Puller(endpoint)
                try puller.folder.write(Self.blob + ".incomplete", leftover)
                _ = try await puller.pull("org/tiny")
                #expect(puller.folder.bytes(Self.blob) == TestHub.weights)
            }
        }
    }

    @Test("a hub that cannot be reached is named")
    func unreachable() async throws {
        let puller = try Puller(URL(string: "http://127.0.0.1:1")!)
        let error = await #expect(throws: HubError.self) { try await puller.pull("org/tiny") }
        guard case .unreachable(let address, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(address.hasPrefix("http://127.0.0.1:1/"))
    }

    @Test("a disk that is too small is known before anything is fetched")
    func diskSpace() async throws {
        let hub = TestHub()
        hub.add("org/huge", ["a.gguf": TestHub.File(bytes: [1], isLarge: true, claimedSize: 1 << 50)])
        hub.add("org/impossible", ["a.gguf": TestHub.File(bytes: [1], isLarge: true, claimedSize: .max)])
        try await hub.serve { endpoint in
            let puller = try Puller(endpoint)
            let error = await #expect(throws: HubError.self) { try await puller.pull("org/huge:a.gguf") }
            guard case .diskFull(_, needed: 1 << 50, free: _) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            await #expect(throws: HubError.self) { try await puller.pull("org/impossible:a.gguf") }
            #expect(hub.downloads(of: "a.gguf").isEmpty)
        }
    }
}
