import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import Quire
import ServiceLifecycle

/// An OpenAI-compatible HTTP server over one model.
///
/// ```swift
/// let metrics = ServerMetrics()
/// let llm = try LLM(EngineOptions(), onTiming: { metrics.stepEnded($0) })
/// try await Server(llm, name: "quire-tiny", metrics: metrics).run()
/// ```
public struct Server: Sendable {
    private let model: ServedModel
    private let options: ServerOptions
    private let logger: Logger
    private let builder: HTTPServerBuilder

    /// - Parameters:
    ///   - name: what requests call the model by, where the options name nothing else.
    ///   - metrics: those that the model's steps are told to.
    /// - Throws: `OptionError` for a certificate, a key or a template that cannot be used.
    public init(
        _ llm: LLM, name: String, options: ServerOptions = ServerOptions(), metrics: ServerMetrics,
        logger: Logger = LLM.defaultLogger
    ) throws {
        self.options = options
        self.logger = logger
        let names = options.servedModelNames.isEmpty ? [name] : options.servedModelNames
        model = try ServedModel(llm, names: names, metrics: metrics, options: options)
        let http = HTTPServerBuilder.http1(
            configuration: HTTP1Channel.Configuration(
                additionalChannelHandlers: [ConnectionWatch()], idleTimeout: .seconds(Int64(options.idleTimeout))))
        builder = try TLSFiles(options).map { try .tls(http, tlsConfiguration: $0.configuration()) } ?? http
    }

    /// Serves until SIGTERM or SIGINT; then what is under way ends, or is ended with a word when the time is up.
    ///
    /// - Parameters:
    ///   - handlesSignals: otherwise the server ends by a graceful shutdown around it, or by cancellation.
    ///   - onRunning: gets the address once requests can come.
    /// - Throws: `ServerError` where the address cannot be taken.
    public func run(
        handlesSignals: Bool = true, onRunning: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        let hasBegun = OneWayFlag()
        let application = Application(
            router: Routes(model: model, options: options).router, server: builder,
            configuration: ApplicationConfiguration(address: address, serverName: "quire/\(quireVersion)"),
            onServerRunning: { channel in
                hasBegun.reach()
                onRunning(url(of: channel))
            }, logger: logger)
        let drain = DrainService(running: model.running, timeout: options.shutdownTimeout, logger: logger)
        var configuration = ServiceGroupConfiguration(
            services: [application, drain], gracefulShutdownSignals: handlesSignals ? [.sigterm, .sigint] : [],
            logger: logger)
        // The drain ends what does not end by itself; this is for what hangs in spite of it.
        configuration.maximumGracefulShutdownDuration = .seconds(options.shutdownTimeout + 10)
        configuration.maximumCancellationDuration = .seconds(5)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch  where !hasBegun.isReached {
            throw ServerError(address: place, reason: "\(error)")
        }
    }

    private var address: BindAddress {
        options.socketPath.map { .unixDomainSocket(path: $0) } ?? .hostname(options.host, port: options.port)
    }

    private var place: String { options.socketPath ?? "\(options.host):\(options.port)" }

    private func url(of channel: any Channel) -> String {
        if let path = options.socketPath { return "unix:\(path)" }
        let scheme = options.certificateFile == nil ? "http" : "https"
        let host = options.host.contains(":") ? "[\(options.host)]" : options.host
        return "\(scheme)://\(host):\(channel.localAddress?.port ?? options.port)"
    }
}
