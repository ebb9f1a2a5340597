import Foundation
import Quire
import QuireJSON
import QuireServer
import Testing

/// Fails for the seeds that tests name, and leaves every other request alone.
private struct Saboteur: LogitsProcessor {
    struct Sabotage: Error {}

    static let name = "saboteur"
    static let order = 0
    static let throwingSeed: UInt64 = 666
    static let poisoningSeed: UInt64 = 667

    let seed: UInt64

    static func make(for request: Request) throws -> Saboteur? {
        guard let seed = request.params.seed, [throwingSeed, poisoningSeed].contains(seed) else { return nil }
        return Saboteur(seed: seed)
    }

    func apply(
        to logits: UnsafeMutableBufferPointer<Float>, prompt: [TokenID], generated: ArraySlice<TokenID>
    ) throws {
        guard generated.count >= 3 else { return }
        if seed == Self.throwingSeed { throw Sabotage() }
        logits.update(repeating: .nan)
    }
}

private enum SaboteurPlugin: EnginePlugin {
    static func register(in registry: inout PluginRegistry) throws(RegistryError) {
        try registry.logitsProcessors.add(Saboteur.name, Saboteur.self)
    }
}

@Suite("What fails inside fails alone")
struct FaultTests {
    private static func body(seed: UInt64, stream: Bool) -> String {
        #"{"prompt": "Once upon", "seed": \#(seed), "max_tokens": 60, "ignore_eos": true, "stream": \#(stream)}"#
    }

    @Test(
        "a processor that throws, and logits that are no numbers, end their request with an error and no other",
        arguments: [Saboteur.throwingSeed, Saboteur.poisoningSeed])
    func sabotage(seed: UInt64) async throws {
        let registry = try PluginRegistry(bundledPlugins + [SaboteurPlugin.self])
        try await TestServer.run(registry: registry) { server in
            let alone = try await server.chunks("/v1/completions", Self.body(seed: 1, stream: true)).text()
            async let beside = server.chunks("/v1/completions", Self.body(seed: 1, stream: true)).text()
            let whole = try await server.post("/v1/completions", Self.body(seed: seed, stream: false))
            #expect(whole.status == 500 && whole.json["error"]?["type"] == .string("server_error"), "\(whole.text)")
            let events = try await server.events("/v1/completions", Self.body(seed: seed, stream: true))
            #expect(events.last == "[DONE]" && events.dropLast().last?.contains("server_error") == true)
            #expect(try await beside == alone)
            try await server.waitForQuiet()
            #expect(server.llm.counters.freeBlocks == server.llm.counters.totalBlocks)
        }
    }

    @Test("a client that does not read holds up nobody, and is cut off after a time")
    func stuckReader() async throws {
        var options = ServerOptions()
        options.writeTimeout = 0.4
        try await TestServer.run(options) { server in
            let fields = #""prompt": "Once", "ignore_eos": true, "stream": true"#
            // More than the buffers of a connection hold.
            let stuck = try await server.open(
                .POST, "/v1/completions", #"{\#(fields), "n": 16, "max_tokens": 1900, "logprobs": 20}"#)
            let other = try await server.chunks("/v1/completions", #"{\#(fields), "max_tokens": 50}"#)
            #expect(other.finish() == ["length"])
            for _ in 0..<1_000 where server.llm.counters.running > 0 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(server.llm.counters.running == 0)
            #expect(stuck.status == .ok)
        }
    }
}
