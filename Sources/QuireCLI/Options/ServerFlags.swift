import ArgumentParser
import Foundation
import Quire
import QuireServer

/// The options of `quire serve` beyond those of the engine; read as text and understood in one place, like those.
struct ServerFlags: ParsableArguments {
    @Option(help: "Address to listen at. Default: 127.0.0.1, this machine alone.")
    var host: String?
    @Option(help: "Port; 0 takes a free one. Default: 8000.")
    var port: String?
    @Option(help: "Path of a Unix socket, instead of host and port.")
    var uds: String?
    @Option(help: "A key that callers need. Repeatable. Better in QUIRE_API_KEY or a file: others see arguments.")
    var apiKey: [String] = []
    @Option(help: "Origin whose pages may use the server; * is all. Repeatable. Default: none but its own.")
    var allowedOrigins: [String] = []
    @Option(help: "PEM file with the certificate; with --ssl-keyfile the server speaks TLS.")
    var sslCertfile: String?
    @Option(help: "PEM file with the private key.")
    var sslKeyfile: String?
    @Option(help: "Name that requests may call the model by. Repeatable. Default: the model's own.")
    var servedModelName: [String] = []
    @Option(help: "File with a Jinja template, or the name of one. Default: the model's own.")
    var chatTemplate: String?
    @Flag(
        inversion: .prefixedNo,
        help: "Let callers with different keys find each other's prompts in the cache. Default: no.")
    var sharePrefixCache: Bool?
    @Option(help: "Size of a request's body at most. Default: 16MiB.")
    var maxBodySize: String?
    @Option(help: "Seconds that a request may take. Default: no limit.")
    var requestTimeout: String?
    @Option(help: "Seconds that a client may let an answer lie unread. Default: 60.")
    var writeTimeout: String?
    @Option(help: "Seconds that an idle connection is kept. Default: 120.")
    var idleTimeout: String?
    @Option(help: "Seconds that requests under way get to end after SIGTERM. Default: 30.")
    var shutdownTimeout: String?

    /// Flags over environment over file over defaults.
    ///
    /// - Parameter config: the file.
    /// - Throws: a `UserError` that names the option, its value and the valid ones.
    func options(config: String?) throws -> ServerOptions {
        let values: [(String, [String])] = [
            ("host", host.list), ("port", port.list), ("uds", uds.list), ("api-key", apiKey),
            ("allowed-origins", allowedOrigins), ("ssl-certfile", sslCertfile.list), ("ssl-keyfile", sslKeyfile.list),
            ("served-model-name", servedModelName), ("chat-template", chatTemplate.list),
            ("share-prefix-cache", sharePrefixCache.map { "\($0)" }.list), ("max-body-size", maxBodySize.list),
            ("request-timeout", requestTimeout.list), ("write-timeout", writeTimeout.list),
            ("idle-timeout", idleTimeout.list), ("shutdown-timeout", shutdownTimeout.list),
        ]
        return try ServerOptions(
            file: config, environment: ProcessInfo.processInfo.environment,
            flags: values.flatMap { name, texts in texts.map { (name, $0) } },
            foreign: EngineOptions.fields.flatMap(\.names))
    }
}

extension Optional {
    fileprivate var list: [Wrapped] { map { [$0] } ?? [] }
}
