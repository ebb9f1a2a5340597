import ArgumentParser
import Foundation
import Logging
import Quire
import QuireServer

/// `quire serve`: an OpenAI-compatible HTTP server.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve a model over HTTP, in OpenAI's form.",
        discussion: """
            /v1/completions and /v1/chat/completions are OpenAI's, with vLLM's fields beyond them; / is a page to chat \
            and to watch the pages of the KV cache. SIGTERM ends it in order. See docs/serve.md.
            """)

    @OptionGroup(title: "Server Options") var server: ServerFlags
    @OptionGroup(title: "Engine Options") var engine: EngineFlags

    func run() async throws {
        // Before the model: what is wrong here should not take a minute to be said.
        let options = try server.options(config: engine.config)
        let metrics = ServerMetrics()
        let llm = try engine.loadModel(onTiming: metrics.stepEnded)
        // A terminal that closes should not take the server with it.
        signal(SIGHUP, SIG_IGN)
        var logger = Logger(label: "quire.server") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = engine.verbose ? .debug : .info
        let name = try engine.options().model ?? "quire-tiny"
        let server = try Server(llm, name: name, options: options, metrics: metrics, logger: logger)
        try await server.run { Terminal.error("quire: serving \(name) at \($0)") }
    }
}
